"""Which mail a member wants."""

from sqlalchemy import select

from database import db
from domain.mail.models import StoppedThread
from models import Member


def wants(member_id: int | None, topic: str, thread_id: int | None = None) -> bool:
    """Whether mail of this topic may go out. The answer to an act always may."""
    if not topic:
        return True
    member = db.session.get(Member, member_id) if member_id else None
    if member is None or not member.is_active or not _chose(member, topic):
        return False
    return thread_id is None or not _has_stopped(member, thread_id)


def _chose(member: Member, topic: str) -> bool:
    return topic == "digest" and member.is_editor


def _has_stopped(member: Member, thread_id: int) -> bool:
    query = select(StoppedThread.member_id).where(
        StoppedThread.member_id == member.id, StoppedThread.comment_id == thread_id
    )
    return db.session.scalar(query) is not None
