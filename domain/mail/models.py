"""The outbox, what members are told on the site, and the threads that they want to hear no more of."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database import Model
from models import Comment, now


class Mail(Model):
    """A letter to one address: waiting (`due_at`), sent (`sent_at`), or given up (`failed_at`).

    Its content is erased when it was sent; the row stays for a while, so that nothing is sent twice.
    """

    __tablename__ = "mails"
    TOPICS: ClassVar[tuple[str, ...]] = ("replies", "digest", "news", "consent")

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(String(80))  # what it tells of, once to each address
    address: Mapped[str] = mapped_column(String(254))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    topic: Mapped[str] = mapped_column(String(20), default="")  # empty: the answer to an act
    thread_id: Mapped[int | None] = mapped_column()  # the first comment of a thread that can be stopped
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # a Letter
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    expires_at: Mapped[datetime | None] = mapped_column()  # after which it is useless
    # When it is to be tried next. Whoever tries it moves this first, so that nobody else does.
    due_at: Mapped[datetime | None] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")  # why the last attempt failed
    sent_at: Mapped[datetime | None] = mapped_column()
    failed_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        UniqueConstraint("event", "address"),
        Index("ix_mails_due", "due_at", "id", sqlite_where=due_at.is_not(None)),
        Index("ix_mails_failed", "id", sqlite_where=failed_at.is_not(None)),
    )


class Notice(Model):
    """A member is told on the site that a comment of theirs was answered."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None] = mapped_column()

    comment: Mapped[Comment] = relationship()

    __table_args__ = (
        UniqueConstraint("member_id", "comment_id"),
        Index("ix_notices_member", "member_id", "id"),
        Index("ix_notices_unread", "member_id", sqlite_where=read_at.is_(None)),
    )


class StoppedThread(Model):
    """A member wants to hear no more of a thread."""

    __tablename__ = "stopped_threads"
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    stopped_at: Mapped[datetime] = mapped_column(default=now)
