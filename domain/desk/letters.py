"""Letters to the desk: 기사제보 and 광고신청."""

from collections.abc import Sequence

from sqlalchemy import func, select

from database import db
from domain.neighbours.models import Tip
from lib.web.paging import newest_first

PAGE = 30
MOST_COUNTED = 100


def newest(before: int | None) -> tuple[Sequence[Tip], bool]:
    """A page of letters, newest first, and whether older ones follow."""
    return newest_first(db.session, select(Tip), Tip.id, before, PAGE)


def unread_count() -> int:
    """Number of unread letters, counted up to MOST_COUNTED."""
    unread = select(Tip.id).where(Tip.read_at.is_(None)).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(unread)) or 0
