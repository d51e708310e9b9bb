"""Letters to the desk: 기사제보 and 광고신청."""

from collections.abc import Sequence

from sqlalchemy import func, select

from database import db
from domain.keeping import housekeeping
from domain.neighbours.models import Tip
from lib.files.store import Store
from lib.web.paging import newest_first
from models import now

PAGE = 30
MOST_COUNTED = 100


def newest(before: int | None) -> tuple[Sequence[Tip], bool]:
    """A page of letters, newest first, and whether older ones follow."""
    return newest_first(db.session, select(Tip), Tip.id, before, PAGE)


def unread_count() -> int:
    """Number of letters that nobody is done with, counted up to MOST_COUNTED."""
    is_open = select(Tip.id).where(Tip.done_at.is_(None)).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(is_open)) or 0


def set_state(letter: Tip, state: str) -> None:
    """:param state: one of Tip.STATES"""
    letter.taken_up_at = None if state == "new" else letter.taken_up_at or now()
    letter.done_at = (letter.done_at or now()) if state == "done" else None


def remove(letter: Tip) -> set[str]:
    """Delete a letter. Returns the digests of its files that nothing else of a reader has.

    They are deleted with `delete_files`, after the commit.
    """
    digests = {file.digest for file in letter.files}
    db.session.delete(letter)
    db.session.flush()
    return digests - housekeeping.used_by_readers(digests)


def delete_files(store: Store, digests: set[str]) -> None:
    for digest in digests:
        store.path(digest).unlink(missing_ok=True)
