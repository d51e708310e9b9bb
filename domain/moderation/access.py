"""The log of what editors have seen and done in accounts of members. No page changes or deletes an entry."""

from sqlalchemy import delete

from database import db
from domain.moderation.models import AccessEntry
from models import Member, now

ACTS = (
    "seen", "exported", "banned", "ban-lifted", "closed", "reopened", "reset-link", "spam", "spam-undone",
    "looks",
)  # fmt: skip


def log(editor: Member | None, member: Member, what: str, reason: str = "") -> None:
    """Add an entry to the caller's transaction.

    :param editor: None: the program itself
    :param what: one of ACTS
    """
    editor_id = editor.id if editor else None
    db.session.add(AccessEntry(editor_id=editor_id, member_id=member.id, what=what, reason=reason[:300]))


def discard_old() -> None:
    """Delete the entries that are older than AccessEntry.KEPT."""
    db.session.execute(delete(AccessEntry).where(AccessEntry.created_at <= now() - AccessEntry.KEPT))
