"""Which mail a member wants."""

from sqlalchemy import select

from database import db
from domain.mail.models import StoppedThread
from models import Member

# Columns of Member. "consent": the question whether the consent to news shall stay.
COLUMNS = {
    "replies": "wants_reply_mail", "digest": "wants_digest", "news": "wants_news", "consent": "wants_news",
}  # fmt: skip


def wants(member_id: int | None, topic: str, thread_id: int | None = None) -> bool:
    """Whether mail of this topic may go out. The answer to an act always may."""
    if not topic:
        return True
    member = db.session.get(Member, member_id) if member_id else None
    if member is None or not member.is_active or not _chose(member, topic):
        return False
    return thread_id is None or not has_stopped(member.id, thread_id)


def stop(member: Member, topic: str) -> None:
    """Send the member no more mail of this topic, one of COLUMNS."""
    setattr(member, COLUMNS[topic], False)


def _chose(member: Member, topic: str) -> bool:
    """Only the editor's digest goes to an address that nobody has confirmed."""
    may_be_sent = member.is_editor if topic == "digest" else member.email_confirmed_at is not None
    return may_be_sent and getattr(member, COLUMNS[topic])


def has_stopped(member_id: int, thread_id: int) -> bool:
    """Whether the member wants to hear no more of this thread."""
    query = select(StoppedThread.member_id).where(
        StoppedThread.member_id == member_id, StoppedThread.comment_id == thread_id
    )
    return db.session.scalar(query) is not None
