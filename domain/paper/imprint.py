"""The imprint: what the Newspaper Act asks of it, what it said before, what is to be registered."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from database import db
from domain.paper.models import ImprintChange
from domain.sample.structure import IMPRINT as SAMPLE
from models import Member, Paper, now, today

LABELS = {
    "name": _("Title"),
    "company_name": _("Company"),
    "registrations": _("Registration number and day"),
    "publisher": _("Publisher"),
    "editors": _("Editor"),
    "address": _("Place of publication"),
    "telephone": _("Telephone"),
    "published_on": _("Published on"),
    "youth_officer": _("Youth protection officer"),
    "tagline": _("A line under the name"),
    "email": _("E-mail"),
    "business_number": _("Business no."),
    "copyright_from": _("Copyright since (year)"),
}
# What is entered in the register of newspapers (신문법 제9조): its change is to be registered within DAYS.
REGISTERED = ("name", "company_name", "registrations", "publisher", "editors", "address")
DAYS = 30
SHOWN = 50  # changes in the history


def missing(paper: Paper) -> list[str]:
    """The labels of the details that the imprint still lacks, each once."""
    return [str(LABELS[column]) for column in dict.fromkeys(paper.missing)]


def save(columns: Mapping[str, Any], editor: Member | None) -> list[ImprintChange]:
    """Set columns of the imprint. Returns what has changed; the history has it from now on."""
    paper = db.session.merge(Paper.get())
    is_registered = any(row.get("number") for row in _own_registrations(paper))
    changes = []
    for column, value in columns.items():
        before = getattr(paper, column)
        if before == value:
            continue
        setattr(paper, column, value)
        known = "" if before == SAMPLE.get(column) else _text(before)  # what was invented is no history
        change = ImprintChange(item=column, before=known, after=_text(value))
        change.changed_at, change.changed_by = now(), editor.id if editor else None
        if is_registered and _is_to_be_registered(column, before, value):
            change.due_on = today() + timedelta(days=DAYS)
            _continue(change)
        db.session.add(change)
        changes.append(change)
    db.session.flush()
    return changes


def reminders() -> Sequence[ImprintChange]:
    """The changes that are still to be registered, the most urgent first."""
    query = select(ImprintChange).where(
        ImprintChange.due_on.is_not(None), ImprintChange.registered_at.is_(None)
    )
    return db.session.scalars(query.order_by(ImprintChange.due_on, ImprintChange.id)).all()


def history() -> Sequence[ImprintChange]:
    """The newest changes, the newest first."""
    return db.session.scalars(select(ImprintChange).order_by(ImprintChange.id.desc()).limit(SHOWN)).all()


def tick(change: ImprintChange) -> None:
    """The editor says that a change was registered."""
    change.registered_at = change.registered_at or now()


def _own_registrations(paper: Paper) -> list[dict[str, str]]:
    """The registrations of the paper, without those that the sample invented."""
    return [row for row in paper.registrations or [] if row not in SAMPLE["registrations"]]


def _is_to_be_registered(column: str, before: Any, after: Any) -> bool:
    """Whether it was entered in the register as it stood. What the sample invented never was."""
    if column not in REGISTERED or not before or before == SAMPLE.get(column):
        return False
    return column != "registrations" or any(row not in after for row in before)


def _continue(change: ImprintChange) -> None:
    """A change of what was changed and not registered yet has the day of that; one back again has none."""
    for earlier in reminders():
        if earlier.item == change.item:
            change.due_on = None if change.after == earlier.before else earlier.due_on
            earlier.due_on = None


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_registration(row) for row in value)
    return "" if value is None else str(value)


def _registration(row: Mapping[str, str]) -> str:
    words = (_medium(row.get("medium", "")), row.get("number", ""), row.get("registered_on", ""))
    return " ".join(filter(None, words))


def _medium(medium: str) -> str:
    return {
        "internet": gettext("internet"),
        "weekly": gettext("weekly"),
        "daily": gettext("daily"),
        "monthly": gettext("monthly"),
        "other": gettext("other"),
    }.get(medium, medium)
