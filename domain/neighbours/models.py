"""Letters to the desk, consents, reactions, what guards an account, limits, sums of what is done."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database import Model
from models import Member, now


class Tip(Model):
    """기사제보 or 광고신청: a letter to the desk from a member or a guest."""

    __tablename__ = "tips"
    KINDS: ClassVar[tuple[str, ...]] = ("news", "advertising")
    STATES: ClassVar[tuple[str, ...]] = ("new", "taken-up", "done")

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default="news")
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    contact: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    idempotency_key: Mapped[str | None] = mapped_column("once_key", String(64), unique=True)
    agreed_at: Mapped[datetime] = mapped_column(default=now)  # to the use of name and contact
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    taken_up_at: Mapped[datetime | None] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()  # from then on it is kept for letters.KEPT
    note: Mapped[str] = mapped_column(Text, default="")  # the editor's own

    files: Mapped[list["TipFile"]] = relationship(
        order_by="TipFile.id", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (Index("ix_tips_open", "id", sqlite_where=done_at.is_(None)),)

    @property
    def state(self) -> str:
        """One of STATES."""
        return "done" if self.done_at else "taken-up" if self.taken_up_at else "new"


class TipFile(Model):
    """A file that came with a letter. Only the editor sees it; it goes with the letter."""

    __tablename__ = "tip_files"
    id: Mapped[int] = mapped_column(primary_key=True)
    tip_id: Mapped[int] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column()  # bytes


class WrittenRequest:
    """What the law lets everybody ask of the paper: who asks, with which file, and when it came."""

    name: Mapped[str] = mapped_column(String(60))
    contact: Mapped[str] = mapped_column(String(120))
    is_representative: Mapped[bool] = mapped_column(default=False)
    filename: Mapped[str] = mapped_column(String(255), default="")  # of the attachment; empty: there is none
    digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    size: Mapped[int] = mapped_column(default=0)  # bytes
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    agreed_at: Mapped[datetime] = mapped_column(default=now)  # to the use of what it says
    received_at: Mapped[datetime] = mapped_column(default=now, index=True)
    note: Mapped[str] = mapped_column(Text, default="")  # the editor's own


class Consent(Model):
    """A document that a member agreed to: which version, when, and when it was taken back. Rows are history.

    `told_at`: when the member was last told that it stands (domain/neighbours/consents.py).
    """

    __tablename__ = "consents"
    TOLD_EVERY: ClassVar[timedelta] = timedelta(days=2 * 365)  # that marketing was agreed to

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    document: Mapped[str] = mapped_column(String(30))  # terms, privacy, age, marketing
    version: Mapped[int] = mapped_column()
    # The text of that version as it stood then: with the names and periods that were filled in.
    text_id: Mapped[int | None] = mapped_column(ForeignKey("page_texts.id", ondelete="SET NULL"))
    agreed_at: Mapped[datetime] = mapped_column(default=now)
    told_at: Mapped[datetime | None] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column()

    member: Mapped[Member] = relationship()

    __table_args__ = (Index("ix_consents_told", "told_at", sqlite_where=told_at.is_not(None)),)


class CommentLike(Model):
    """공감: a member likes a comment. Comment.like_count counts these rows."""

    __tablename__ = "comment_likes"
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    # The article of the comment.
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_comment_likes_member_post", "member_id", "post_id", "comment_id"),)


class PostLike(Model):
    """추천: a member recommends an article. Post.like_count counts these rows."""

    __tablename__ = "post_likes"
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=now)


class Scrap(Model):
    """스크랩: an article that a member keeps in a list. Nobody else sees it."""

    __tablename__ = "scraps"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("member_id", "post_id"),
        Index("ix_scraps_member_newest", "member_id", "id"),
    )


class FormerNickname(Model):
    """A nickname that a member had before, for the editor. Rules: domain/neighbours/nicknames.py."""

    __tablename__ = "former_nicknames"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    nickname: Mapped[str] = mapped_column(String(30))
    nickname_key: Mapped[str] = mapped_column(String(120), index=True)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class LoginFailure(Model):
    """A wrong password, stored for a day. Rules: domain/neighbours/login_limits.py."""

    __tablename__ = "login_failures"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64))  # a member's id, or the keyed hash of an unknown name
    sender: Mapped[str] = mapped_column(String(64))  # keyed hash of an address block
    known: Mapped[bool] = mapped_column(default=False)  # from a browser that had logged in before
    failed_at: Mapped[datetime] = mapped_column(default=now, index=True)
    __table_args__ = (
        Index("ix_login_failures_account_failed", "account", "known", "failed_at"),
        Index("ix_login_failures_sender_failed", "sender", "known", "failed_at"),
    )


class JoinAttempt(Model):
    """A join form whose digits were right, stored for a day. Rules: domain/neighbours/join_limits.py."""

    __tablename__ = "join_attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(String(64))  # keyed hash of an address block
    form_digest: Mapped[str] = mapped_column(String(64), unique=True)  # of the key of its digits
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    tried_at: Mapped[datetime] = mapped_column(default=now, index=True)
    __table_args__ = (Index("ix_join_attempts_sender_tried", "sender", "tried_at"),)


class AccountLink(Model):
    """A link sent to somebody: to a new password, or to confirm an address. Using it deletes the row."""

    __tablename__ = "account_links"
    RESET, ADDRESS = "reset", "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # RESET or ADDRESS
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(254), default="")  # it was sent to; empty: made at the desk
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ResetRequest(Model):
    """A name or address typed by somebody who asks for a new password, until the mail is written."""

    __tablename__ = "reset_requests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    requested_at: Mapped[datetime] = mapped_column(default=now)


class TwoStep(Model):
    """Two-step login of a member. Rules: domain/neighbours/two_step.py."""

    __tablename__ = "two_steps"
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))  # base32, as the authenticator has it
    last_step: Mapped[int] = mapped_column(default=0)  # of 30 seconds: no code of it or before is valid again
    created_at: Mapped[datetime] = mapped_column(default=now)


class RecoveryCode(Model):
    """A code in place of that of the authenticator. Using it deletes the row."""

    __tablename__ = "recovery_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    code_digest: Mapped[str] = mapped_column(String(64))


class PendingLogin(Model):
    """A login whose password was right and whose second step is missing."""

    __tablename__ = "pending_logins"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    remember: Mapped[bool] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ActivityHour(Model):
    """New comments and members by hour of the paper's time zone. Deleting and leaving subtract nothing."""

    __tablename__ = "activity_hours"
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    comments: Mapped[int] = mapped_column(default=0)
    joins: Mapped[int] = mapped_column(default=0)


class ActivityDay(Model):
    """The same by day."""

    __tablename__ = "activity_days"
    day: Mapped[date] = mapped_column(primary_key=True)
    comments: Mapped[int] = mapped_column(default=0)
    joins: Mapped[int] = mapped_column(default=0)
