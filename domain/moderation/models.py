"""What was done about accounts and comments: who looked at whom, what is blocked, spam or hidden."""

from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database import Model
from domain.neighbours.models import WrittenRequest
from models import Comment, Member, Post, local, now


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


class AccessCheck(Model):
    """An editor has looked through the log of accesses of a month, as the law asks for every month."""

    __tablename__ = "access_checks"
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    note: Mapped[str] = mapped_column(String(300), default="")  # what was found
    checked_at: Mapped[datetime] = mapped_column(default=now)

    editor: Mapped[Member | None] = relationship()


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


class BarredAddress(Model):
    """The address of a member who left while banned, as a keyed hash: nobody joins with it until then."""

    __tablename__ = "barred_addresses"
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)


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

    @property
    def ends_at(self) -> datetime:
        """When everything is erased, unless it is undone before."""
        return self.created_at + self.UNDONE_FOR

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


class SpamLike(Model):
    """A like that the account of a case had given: taken away, and given back when it is undone."""

    __tablename__ = "spam_likes"
    case_id: Mapped[int] = mapped_column(ForeignKey("spam_cases.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)  # comment, post
    target_id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()


class Hiding(Model):
    """One reason for which a comment is hidden. The strongest one is copied to the comment's own columns."""

    __tablename__ = "hidings"
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # one of Comment.HIDDEN_FOR
    reason: Mapped[str] = mapped_column(String(300), default="")  # what readers are told
    hidden_at: Mapped[datetime] = mapped_column(default=now)


class Report(Model):
    """신고: what somebody says is wrong with a comment or an article. Only the editor sees who sent it."""

    __tablename__ = "reports"
    REASONS: ClassVar[tuple[str, ...]] = (
        "abuse", "privacy", "obscene", "illegal", "spam", "copyright", "hate", "other",
    )  # fmt: skip
    OUTCOMES: ClassVar[tuple[str, ...]] = ("fine", "hidden", "deleted", "handled")  # the last: of an article
    KEPT: ClassVar[timedelta] = timedelta(days=365)  # after it was decided

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    # Of a guest the keyed hash of the address block and the day, until the day has passed.
    person: Mapped[str | None] = mapped_column(String(64))
    text_digest: Mapped[str] = mapped_column(String(64))  # of what was reported; edited, it is another
    reason: Mapped[str] = mapped_column(String(20))  # one of REASONS
    words: Mapped[str] = mapped_column(Text, default="")  # the reporter's own
    wants_mail: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str] = mapped_column(String(254), default="")  # of a guest who wants mail, until it is sent
    has_held: Mapped[bool] = mapped_column(default=False)  # with this one the comment was held
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    note: Mapped[str] = mapped_column(Text, default="")  # the editor's own
    outcome: Mapped[str] = mapped_column(String(20), default="")  # one of OUTCOMES, when it is decided
    answer: Mapped[str] = mapped_column(Text, default="")  # what the reporter is told
    closed_at: Mapped[datetime | None] = mapped_column(index=True)

    comment: Mapped[Comment | None] = relationship()
    post: Mapped[Post | None] = relationship()
    member: Mapped[Member | None] = relationship()

    __table_args__ = (
        UniqueConstraint("comment_id", "person", "text_digest"),
        UniqueConstraint("post_id", "person", "text_digest"),
        Index("ix_reports_open", "id", sqlite_where=closed_at.is_(None)),
    )

    @property
    def address(self) -> str:
        """The page of what was reported."""
        return self.comment.address if self.comment else f"/posts/{self.post_id}"


class Hold(WrittenRequest, Model):
    """게시중단 요청: somebody asks to take a comment or an article out of sight (정보통신망법 제44조의2).

    The editor refuses, or hides it for at most DAYS (임시조치). Where `comment_id` and `post_id` are both
    empty, it was deleted for good.
    """

    __tablename__ = "holds"
    KINDS: ClassVar[tuple[str, ...]] = ("privacy", "defamation", "copyright", "other")
    OUTCOMES: ClassVar[tuple[str, ...]] = ("refused", "restored", "deleted", "withdrawn")
    DAYS: ClassVar[int] = 30
    ASKED_BEFORE: ClassVar[timedelta] = timedelta(days=5)  # its end, when the editor is asked
    ANSWER_HOURS: ClassVar[int] = 24  # the law says: without delay
    KEPT: ClassVar[timedelta] = timedelta(days=3 * 365 + 1)  # after it was closed

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)  # the ticket, known to both sides
    key: Mapped[str] = mapped_column(String(64))  # opens the requester's page
    requester_id: Mapped[int | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL"), index=True
    )
    # Of what it is about, once the writer is told of it.
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="SET NULL"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"), index=True)
    target: Mapped[str] = mapped_column(String(300))  # the address, as it was typed
    text: Mapped[str] = mapped_column(Text)  # the comment, or the title of the article, when it was asked
    kind: Mapped[str] = mapped_column(String(20))  # one of KINDS
    reason: Mapped[str] = mapped_column(Text)  # what violates which right
    explanation: Mapped[str] = mapped_column(Text)  # 소명
    held_at: Mapped[datetime | None] = mapped_column()
    ends_at: Mapped[datetime | None] = mapped_column()
    asked_at: Mapped[datetime | None] = mapped_column()  # the editor, before its end
    objected_at: Mapped[datetime | None] = mapped_column()
    objection: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(20), default="")  # one of OUTCOMES, when it is closed
    closed_at: Mapped[datetime | None] = mapped_column(index=True)

    comment: Mapped[Comment | None] = relationship()
    post: Mapped[Post | None] = relationship()
    entries: Mapped[list["HoldEntry"]] = relationship(
        back_populates="hold", order_by="HoldEntry.id", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (Index("ix_holds_open", "id", sqlite_where=closed_at.is_(None)),)

    @property
    def state(self) -> str:
        """new, held, objected; or, closed, one of OUTCOMES."""
        if self.closed_at:
            return self.outcome
        if self.held_at is None:
            return "new"
        return "objected" if self.objected_at else "held"

    @property
    def due_at(self) -> datetime | None:
        """When it must have been answered, or when it ends; None if it is closed."""
        if self.closed_at:
            return None
        return self.ends_at or self.received_at + timedelta(hours=self.ANSWER_HOURS)

    @property
    def is_waiting(self) -> bool:
        """Whether the editor has to do something: it is new, disputed, or ends soon."""
        return self.closed_at is None and bool(not self.held_at or self.objected_at or self.asked_at)

    @property
    def is_of_article(self) -> bool:
        return self.post_id is not None

    @property
    def is_gone(self) -> bool:
        """Whether what it is about was deleted for good."""
        if self.comment:
            return self.comment.deleted_at is not None
        return self.post is None or self.post.erased_at is not None

    @property
    def requesters_path(self) -> str:
        """The requester's page. Whoever knows it can read it."""
        return f"/holds/{self.number}?key={self.key}"

    @property
    def target_path(self) -> str:
        """The page of what it is about; empty if that was deleted for good."""
        if self.comment:
            return self.comment.address
        return f"/posts/{self.post_id}" if self.post_id else ""

    @classmethod
    def end_after(cls, days: int) -> datetime:
        """The same time of the paper's clock so many days from now."""
        return (local(now()) + timedelta(days=days)).astimezone(UTC)


class HoldEntry(Model):
    """What happened to a request, when, and what its sender was told. Kept as long as the request."""

    __tablename__ = "hold_entries"
    KINDS: ClassVar[tuple[str, ...]] = (
        "received", "held", "objected", "asked", "refused", "restored", "deleted", "withdrawn",
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(20))  # one of KINDS
    reply: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    hold: Mapped[Hold] = relationship(back_populates="entries")


class CommentRules(Model):
    """What the editor decided about comments: one row. Rules: domain/moderation/rules.py and closing.py."""

    __tablename__ = "comment_rules"
    MOST_FIRST: ClassVar[int] = 20
    MOST_DAYS: ClassVar[int] = 3650
    MOST_WORDS: ClassVar[int] = 500
    MOST_REPORTS: ClassVar[int] = 100
    POLICY_LENGTH: ClassVar[int] = 200

    id: Mapped[int] = mapped_column(primary_key=True)
    first_comments: Mapped[int] = mapped_column(default=0)  # of a new member, that wait; 0: none
    closed_after_days: Mapped[int] = mapped_column(default=0)  # from the publication of an article; 0: never
    words: Mapped[list[str]] = mapped_column(JSON, default=list)  # that hold a comment
    policy: Mapped[str] = mapped_column(String(200), default="")  # the line above the box; empty: none
    policy_page: Mapped[str] = mapped_column(String(60), default="")  # one of Page.SLUGS, for more; or empty
    # So many members' reports hold a comment; 0: none do.
    reports_to_hold: Mapped[int] = mapped_column(default=3, server_default="3")
