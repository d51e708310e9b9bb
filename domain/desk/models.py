"""The tables that only the desk uses."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database import Model
from models import Member, now


class Revision(Model):
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
    details: Mapped[dict[str, str]] = mapped_column(JSON)  # other columns of Post: DETAILS

    author: Mapped[Member | None] = relationship()

    COLUMNS: ClassVar[tuple[str, ...]] = ("title", "subtitle", "body", "byline", "origin", "credit_line")
    DETAILS: ClassVar[tuple[str, ...]] = (
        "summary", "video_id", "telephone", "address", "opening_hours", "internal_note",
    )  # fmt: skip
    PHOTO: ClassVar[tuple[str, ...]] = ("digest", "width", "height", "caption", "credit", "in_text")
    CONTENT: ClassVar[tuple[str, ...]] = (
        *COLUMNS, "section_id", "tags", "photos", "details", "corrections", "published_at", "deleted_at",
    )  # fmt: skip
    __table_args__ = (Index("ix_revisions_post", "post_id", "id"),)

    @property
    def state(self) -> str:
        """The state of the article when this version was saved: draft, scheduled, published or deleted."""
        if self.deleted_at:
            return "deleted"
        if self.published_at is None:
            return "draft"
        return "published" if self.published_at <= self.created_at else "scheduled"


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
