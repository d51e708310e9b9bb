"""Moments that an article is often scheduled for, on the paper's own clock."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask_babel import gettext as _

from models import local, paper_zone

EVENING, MORNING, FORENOON = time(17), time(6), time(9)


@dataclass(frozen=True)
class Chip:
    """A moment to choose with one press; `value` is what the form sends."""

    label: str
    moment: datetime

    @property
    def value(self) -> str:
        return local(self.moment).strftime("%Y-%m-%dT%H:%M")


def chips(at: datetime) -> list[Chip]:
    """Today at 17, tomorrow at 6 and at 9: those that are still to come."""
    today = local(at).date()
    tomorrow = today + timedelta(days=1)
    found = [
        Chip(_("Today %(hour)s:00", hour=EVENING.hour), datetime.combine(today, EVENING, paper_zone())),
        *(
            Chip(
                _("Tomorrow %(hour)s:00", hour=f"{clock:%H}"), datetime.combine(tomorrow, clock, paper_zone())
            )
            for clock in (MORNING, FORENOON)
        ),
    ]
    return [chip for chip in found if chip.moment > at]
