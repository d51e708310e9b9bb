"""What was done about accounts and comments: who looked at whom, what is blocked, spam or hidden."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database import Model
from models import Member, now


class AccessEntry(Model):
    """An editor has seen or changed a member's account. Added by `access.log` only, changed by nobody."""

    __tablename__ = "access_entries"
    KEPT: ClassVar[timedelta] = timedelta(days=2 * 365)  # the law asks for a year at least

    id: Mapped[int] = mapped_column(primary_key=True)
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    what: Mapped[str] = mapped_column(String(30))  # one of access.ACTS
    reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)

    editor: Mapped[Member | None] = relationship(foreign_keys=[editor_id])
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id])

    __table_args__ = (Index("ix_access_entries_member", "member_id", "id"),)


class EmailBlock(Model):
    """A domain of e-mail addresses that nobody can join with, its sub-domains included."""

    __tablename__ = "email_blocks"
    id: Mapped[int] = mapped_column(primary_key=True)
    domain: Mapped[str] = mapped_column(String(253))  # as the desk shows it
    key: Mapped[str] = mapped_column(String(300), unique=True)  # that it is compared by
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class NetworkBlock(Model):
    """A network that nobody can write from, until it expires: as CIDR, or as the keyed hash of one."""

    __tablename__ = "network_blocks"
    id: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(String(50), default="")  # CIDR; empty where only the hash is known
    sender: Mapped[str] = mapped_column(String(64), default="")  # as CommentOrigin.sender; or empty
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (Index("ix_network_blocks_target", "network", "sender", unique=True),)


class CommentOrigin(Model):
    """The network that a comment came from, as a keyed hash: enough to block it, too little to know it."""

    __tablename__ = "comment_origins"
    KEPT: ClassVar[timedelta] = timedelta(days=90)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    sender: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class SpamCase(Model):
    """An account that was closed as spam with everything of it. Can be undone for UNDONE_FOR, then erased."""

    __tablename__ = "spam_cases"
    UNDONE_FOR: ClassVar[timedelta] = timedelta(days=30)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    closed_account: Mapped[bool] = mapped_column(default=True)  # False: it had been closed before
    created_at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None] = mapped_column()
    erased_at: Mapped[datetime | None] = mapped_column()

    member: Mapped[Member] = relationship(foreign_keys=[member_id])

    __table_args__ = (
        Index("ix_spam_cases_open", "created_at", sqlite_where=undone_at.is_(None) & erased_at.is_(None)),
    )


class SpamComment(Model):
    """A comment that a case has hidden. Those that were deleted or hidden before are not among them."""

    __tablename__ = "spam_comments"
    case_id: Mapped[int] = mapped_column(ForeignKey("spam_cases.id", ondelete="CASCADE"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Hiding(Model):
    """One reason for which a comment is hidden. The strongest one is copied to the comment's own columns."""

    __tablename__ = "hidings"
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # one of Comment.HIDDEN_FOR
    reason: Mapped[str] = mapped_column(String(300), default="")  # what readers are told
    hidden_at: Mapped[datetime] = mapped_column(default=now)
