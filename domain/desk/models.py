"""The tables that only the desk fills."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database import Model
from domain.neighbours.models import WrittenRequest
from models import Correction, Member, Post, PostState, local, now


class Revision(PostState, Model):
    """A version of an article, never changed: what it said, where it stood, who saved it, when and why.

    `is_aside`: it was typed but never stood in the article. domain/desk/revisions.py writes all of them.
    """

    __tablename__ = "revisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    note: Mapped[str] = mapped_column(String(200), default="")  # why, as the editor wrote
    is_small: Mapped[bool] = mapped_column(default=False)  # readers were not told of an edit
    is_aside: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[list[str]] = mapped_column(JSON, default=list)  # CONTENT that differs from the one before
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id", ondelete="SET NULL"))
    section_name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    subtitle: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, sort_order=1)
    byline: Mapped[str] = mapped_column(String(80))
    origin: Mapped[str] = mapped_column(String(20))
    credit_line: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime | None] = mapped_column()
    deleted_at: Mapped[datetime | None] = mapped_column()
    tags: Mapped[list[str]] = mapped_column(JSON)
    photos: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # keys: PHOTO, and Photo.details
    corrections: Mapped[list[dict[str, str]]] = mapped_column(JSON)  # {"kind": …, "body": …, "title": …}
    details: Mapped[dict[str, Any]] = mapped_column(JSON)  # other columns of Post: DETAILS, LATER_DETAILS

    author: Mapped[Member | None] = relationship()

    COLUMNS: ClassVar[tuple[str, ...]] = ("title", "subtitle", "body", "byline", "origin", "credit_line")
    DETAILS: ClassVar[tuple[str, ...]] = (
        "summary", "video_id", "telephone", "address", "opening_hours", "internal_note",
    )  # fmt: skip
    # Columns that older versions do not have, with what those mean. Stored only where they say something.
    LATER_DETAILS: ClassVar[dict[str, Any]] = {"sponsor": "", "is_unpaid": False}
    PHOTO: ClassVar[tuple[str, ...]] = ("digest", "width", "height", "caption", "credit", "in_text")
    CONTENT: ClassVar[tuple[str, ...]] = (
        *COLUMNS, "section_id", "tags", "photos", "details", "corrections", "published_at", "deleted_at",
    )  # fmt: skip
    __table_args__ = (Index("ix_revisions_post", "post_id", "id"),)

    @property
    def state(self) -> str:
        """The state of the article when this version was saved: draft, scheduled, published or deleted."""
        return self.state_at(self.created_at)


class WorkingCopy(Model):
    """What is typed in one open writing page and not saved yet. `form_key`: the idempotency key of that page.

    Two pages with one article have two copies: neither loses what the other holds.
    """

    __tablename__ = "working_copies"
    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    stored_at: Mapped[datetime] = mapped_column(default=now, index=True)
    fields: Mapped[list[list[str]]] = mapped_column(JSON)  # pairs of name and value, as a page sends them


class Reporter(Model):
    """Somebody who writes for the paper, for the byline and the foot of articles."""

    __tablename__ = "reporters"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)  # as in bylines: "홍길동 기자"
    email: Mapped[str] = mapped_column(String(254), default="")
    position: Mapped[int] = mapped_column(default=0)

    MOST: ClassVar[int] = 50


class Claim(WrittenRequest, Model):
    """정정·반론·추후보도 청구: what somebody asks the paper to print. Only the editor sees it.

    The periods are those of the Press Arbitration Act (언론중재법 제15조) and, about an election, of the
    Public Official Election Act (공직선거법 제8조의6). All of them count from the receipt.
    """

    __tablename__ = "claims"
    KINDS: ClassVar[tuple[str, ...]] = ("correction", "rebuttal", "follow-up")
    GROUNDS: ClassVar[tuple[int, ...]] = (1, 2, 3, 4, 5)  # items of 제15조 제4항 on which one is refused
    ANSWER_DAYS: ClassVar[int] = 3
    PUBLISH_DAYS: ClassVar[int] = 7
    ELECTION_HOURS: ClassVar[int] = 12
    KEPT: ClassVar[timedelta] = timedelta(days=3 * 365 + 1)  # after it was closed

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(String(20), unique=True)  # the number that its sender is given
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"), index=True)
    correction_id: Mapped[int | None] = mapped_column(
        ForeignKey("corrections.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))  # one of KINDS
    article: Mapped[str] = mapped_column(String(300))  # its address or title, as it was typed
    is_election: Mapped[bool] = mapped_column(default=False)  # the report was about an election
    reason: Mapped[str] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(Text)  # the text that is to be printed
    talking_at: Mapped[datetime | None] = mapped_column()
    accepted_at: Mapped[datetime | None] = mapped_column()
    refused_at: Mapped[datetime | None] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column(index=True)

    post: Mapped[Post | None] = relationship()
    correction: Mapped[Correction | None] = relationship()
    decisions: Mapped[list["ClaimDecision"]] = relationship(
        back_populates="claim",
        order_by="ClaimDecision.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (Index("ix_claims_open", "id", sqlite_where=closed_at.is_(None)),)

    @property
    def state(self) -> str:
        """new, talking, accepted; or, closed: refused, withdrawn, published."""
        if self.closed_at:
            return "published" if self.correction_id else "refused" if self.refused_at else "withdrawn"
        return "accepted" if self.accepted_at else "talking" if self.talking_at else "new"

    @property
    def answer_due_at(self) -> datetime:
        """When the sender must have been told whether the claim is accepted."""
        return self._after(self.ANSWER_DAYS)

    @property
    def publish_due_at(self) -> datetime:
        """When an accepted claim must have been printed."""
        return self._after(self.PUBLISH_DAYS)

    @property
    def due_at(self) -> datetime | None:
        """The next of these moments; None if the claim is closed."""
        if self.closed_at:
            return None
        return self.publish_due_at if self.accepted_at else self.answer_due_at

    def _after(self, days: int) -> datetime:
        """The same time of the paper's clock so many days after the receipt; of an election sooner."""
        if self.is_election:
            return self.received_at + timedelta(hours=self.ELECTION_HOURS)
        return (local(self.received_at) + timedelta(days=days)).astimezone(UTC)


class ClaimDecision(Model):
    """What was done with a claim, and the answer that was sent."""

    __tablename__ = "claim_decisions"
    KINDS: ClassVar[tuple[str, ...]] = ("accepted", "refused", "talking", "withdrawn")

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(20))  # one of KINDS; or "published", "removed"
    ground: Mapped[int | None] = mapped_column()  # of Claim.GROUNDS, where it was refused
    reply: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime] = mapped_column(default=now)

    claim: Mapped[Claim] = relationship(back_populates="decisions")


class FrontSlot(Model):
    """A place of the front page that the editor filled: the lead story, or one of those beside it.

    Readers see the visible articles of the slots in their order: one that was taken down leaves no gap.
    """

    __tablename__ = "front_slots"
    MOST: ClassVar[int] = 4

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(index=True)  # 1 leads
    placed_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None] = mapped_column()  # from then on it is as if it were not there

    post: Mapped[Post] = relationship()

    @classmethod
    def is_taken(cls, at: datetime) -> ColumnElement[bool]:
        """The where clause for slots that have not expired at this time."""
        return or_(cls.expires_at.is_(None), cls.expires_at > at)
