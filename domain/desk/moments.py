"""Moments that an article is often scheduled for, or ends at, on the paper's own clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _

from models import local, paper_zone

EVENING, MORNING, FORENOON = 17, 6, 9  # hours


@dataclass(frozen=True)
class Chip:
    """A moment to choose with one press; `value` is what the form sends."""

    label: str
    moment: datetime

    @property
    def value(self) -> str:
        return field_value(self.moment)


def field_value(moment: datetime) -> str:
    """A moment as a field of a form holds it, in the paper's time zone."""
    return local(moment).strftime("%Y-%m-%dT%H:%M")


def chips(at: datetime) -> list[Chip]:
    """Today at 17, tomorrow at 6 and at 9: those that are still to come."""
    today = local(at).date()
    tomorrow = today + timedelta(days=1)
    found = [_chip(_("Today %(hour)s:00", hour=EVENING), today, EVENING)]
    for hour in (MORNING, FORENOON):
        found.append(_chip(_("Tomorrow %(hour)s:00", hour=f"{hour:02}"), tomorrow, hour))
    return [chip for chip in found if chip.moment > at]


def ends(at: datetime) -> list[Chip]:
    """The end of today, of tomorrow, and of the day in a week."""
    names = {1: _("Until tonight"), 2: _("Until tomorrow night"), 7: _("For a week")}
    return [_chip(name, local(at).date() + timedelta(days=days), 0) for days, name in names.items()]


def _chip(label: str, day: date, hour: int) -> Chip:
    return Chip(label, datetime.combine(day, time(hour), paper_zone()))
