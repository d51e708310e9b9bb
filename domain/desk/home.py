"""The first page of the desk: what waits, what cannot wait until the morning, and today's numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from database import db
from domain.counter.models import VisitDay
from domain.desk import claims, letters, origin_meter
from domain.keeping import doctor, incidents
from domain.keeping.doctor import Finding
from domain.moderation import access_checks, holds, queue, reports
from domain.neighbours.models import ActivityDay
from domain.paper import imprint
from models import Paper, now, today

NIGHT = timedelta(hours=12)
PLACES = {"mail": "/desk/mail", "backup": "/desk/backups", "drill": "/desk/backups"}  # of the findings


@dataclass(frozen=True)
class Matter:
    """Something to look at, and where."""

    text: str
    path: str


@dataclass(frozen=True)
class Waiting:
    """How much of a kind waits, and the next end of a period."""

    title: str
    path: str
    count: int
    due_at: datetime | None = None


@dataclass(frozen=True)
class Today:
    """What the readers have done on this day of the paper."""

    visitors: int
    views: int
    comments: int
    joins: int


def waiting() -> list[Waiting]:
    """What waits for an answer: only what there is of."""
    claim_ends = [claim.due_at for claim in claims.open_claims()]
    hold_ends = [hold.due_at for hold in holds.open_holds() if hold.is_waiting]
    found = [
        Waiting(_("Comments"), "/desk/comments", queue.held_count()),
        Waiting(_("Reports"), "/desk/reports", reports.open_count()),
        Waiting(_("Claims"), "/desk/claims", len(claim_ends), _first(claim_ends)),
        Waiting(_("Temporary measures"), "/desk/holds", len(hold_ends), _first(hold_ends)),
        Waiting(_("Tips and inquiries"), "/desk/inbox?kind=letters", letters.unread_count()),
    ]
    return [one for one in found if one.count]


def tonight(waiting: list[Waiting], findings: list[Finding]) -> list[Matter]:
    """What cannot wait until the morning; nothing: the editor can sleep.

    :param findings: the doctor's, as the page of the server's state shows them
    """
    at = now() + NIGHT
    found = [
        Matter(_("%(title)s: a period ends before the morning", title=one.title), one.path)
        for one in waiting
        if one.due_at and one.due_at < at
    ]
    found += [
        Matter(_("Incident: %(summary)s", summary=one.summary), f"/desk/incidents/{one.id}")
        for one in incidents.open_incidents()
    ]
    return found + [
        Matter(finding.sentence, PLACES.get(finding.name, "/desk/health"))
        for finding in findings
        if finding.level == doctor.BAD
    ]


def reminders(paper: Paper) -> list[Matter]:
    """What the law asks for and can wait until tomorrow."""
    found, week = [], origin_meter.this_week()
    if missing := imprint.missing(paper):
        found.append(Matter(_("Missing in the imprint: %(names)s", names=", ".join(missing)), "/desk/paper"))
    for change in imprint.reminders():
        text = _(
            "%(item)s was changed: to be registered by %(day)s",
            item=imprint.LABELS[change.item], day=change.due_on,
        )  # fmt: skip
        found.append(Matter(text, "/desk/paper"))
    if week.is_nothing_new:
        found.append(Matter(_("Nothing new this week: the law asks for it every week"), "/desk/posts/new"))
    elif not week.is_enough:
        text = _("Own reports this week: %(share)s %%, fewer than 30 %%", share=week.share)
        found.append(Matter(text, "/desk/posts"))
    for month in access_checks.due():
        text = _("The log of accesses of %(month)s is to be checked", month=f"{month:%Y-%m}")
        found.append(Matter(text, "/desk/members/log"))
    return found


def numbers() -> Today:
    """The numbers of this day."""
    day = today()
    sums = db.session.get(ActivityDay, day)
    seen = db.session.get(VisitDay, day)
    return Today(
        visitors=seen.visitors if seen else 0,
        views=seen.views if seen else 0,
        comments=sums.comments if sums else 0,
        joins=sums.joins if sums else 0,
    )


def _first(moments: list[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
