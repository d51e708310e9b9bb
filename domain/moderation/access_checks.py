"""The monthly look at the log of accesses (개인정보의 안전성 확보조치 기준 제8조)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from database import db
from domain.moderation.models import AccessCheck, AccessEntry
from models import Member, Refused, midnight, today

MOST_DUE = 12  # months that are still asked for
SHOWN = 24  # newest checks on the page


@dataclass(frozen=True)
class AccessSum:
    """How often an editor has done one thing in a month. `editor` is None for the program."""

    editor: str | None
    what: str  # one of access.ACTS
    count: int


def due() -> list[date]:
    """The months that are over, have entries and were not looked through, the oldest first."""
    month, checked, found = _before(today()), _checked(), []
    for _number in range(MOST_DUE):
        if month not in checked and _has_entries(month):
            found.append(month)
        month = _before(month)
    return found[::-1]


def sums(month: date) -> list[AccessSum]:
    """What was done in a month, by editor."""
    query = select(Member.nickname, AccessEntry.what, func.count()).select_from(AccessEntry)
    query = query.outerjoin(Member, Member.id == AccessEntry.editor_id).where(*_is_in(month))
    names = (Member.nickname, AccessEntry.what)
    return [AccessSum(*row) for row in db.session.execute(query.group_by(*names).order_by(*names))]


def newest() -> Sequence[AccessCheck]:
    """What was looked through."""
    query = select(AccessCheck).options(joinedload(AccessCheck.editor)).order_by(AccessCheck.month.desc())
    return db.session.scalars(query.limit(SHOWN)).all()


def check(month: date, editor: Member, note: str) -> None:
    """Record that an editor has looked through a month. A second time changes nothing.

    :raises Refused: the month is not over
    """
    if month.day != 1 or month > _before(today()):
        raise Refused(_("This month is not over yet."))
    if db.session.get(AccessCheck, month) is None:
        db.session.add(AccessCheck(month=month, editor_id=editor.id, note=note))


def _before(day: date) -> date:
    """The first day of the month before that of this day."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, 1)


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _is_in(month: date) -> tuple[object, ...]:
    created_at = AccessEntry.created_at
    return created_at >= midnight(month), created_at < midnight(_after(month))


def _has_entries(month: date) -> bool:
    return db.session.scalar(select(AccessEntry.id).where(*_is_in(month)).limit(1)) is not None


def _checked() -> set[date]:
    return set(db.session.scalars(select(AccessCheck.month).order_by(AccessCheck.month.desc()).limit(SHOWN)))
