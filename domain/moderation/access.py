"""The log of what editors have seen and done in accounts of members. No page changes or deletes an entry.

The name and the address of a member are shown after a press of a button, which is what is logged; for
VISIT_LASTS the page stays open to this editor.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import joinedload

from database import db
from domain.moderation.models import AccessEntry
from lib.web.paging import newest_first
from models import Member, now

ACTS = (
    "seen", "exported", "banned", "ban-lifted", "closed", "reopened", "reset-link", "spam", "spam-undone",
)  # fmt: skip
VISIT_LASTS = timedelta(minutes=30)
PAGE = 50
OF_MEMBER = 20  # newest entries on a member's page


def log(editor: Member | None, member: Member, what: str, reason: str = "") -> None:
    """Add an entry to the caller's transaction.

    :param editor: None: the program itself
    :param what: one of ACTS
    """
    editor_id = editor.id if editor else None
    db.session.add(AccessEntry(editor_id=editor_id, member_id=member.id, what=what, reason=reason[:300]))


def visit(editor: Member, member: Member) -> None:
    """Log that an editor sees the data of a member, once in a visit."""
    if not is_visiting(editor, member):
        log(editor, member, "seen")


def is_visiting(editor: Member, member: Member) -> bool:
    """Whether this editor may see the data of this member now. Nobody asks for the own data."""
    of_visit = select(AccessEntry.id).where(
        AccessEntry.member_id == member.id,
        AccessEntry.editor_id == editor.id,
        AccessEntry.what == "seen",
        AccessEntry.created_at > now() - VISIT_LASTS,
    )
    return editor.id == member.id or db.session.scalar(of_visit.limit(1)) is not None


def newest(before: int | None) -> tuple[Sequence[AccessEntry], bool]:
    """A page of the log, newest first, and whether older entries follow."""
    return newest_first(db.session, _entries(), AccessEntry.id, before, PAGE)


def of_member(member: Member) -> Sequence[AccessEntry]:
    """The newest entries about one member."""
    entries = _entries().where(AccessEntry.member_id == member.id).order_by(AccessEntry.id.desc())
    return db.session.scalars(entries.limit(OF_MEMBER)).all()


def discard_old() -> None:
    """Delete the entries that are older than AccessEntry.KEPT."""
    db.session.execute(delete(AccessEntry).where(AccessEntry.created_at <= now() - AccessEntry.KEPT))


def _entries() -> Select[AccessEntry]:
    people = (joinedload(AccessEntry.editor), joinedload(AccessEntry.member))
    return select(AccessEntry).options(*people)
