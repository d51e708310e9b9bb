"""What the paper is and was: former addresses of sections, what pages said when, pages that were added."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database import Model
from models import Page, now


class FormerSlug(Model):
    """The slug that a section had once: its address leads to the section for ever, or answers 410."""

    __tablename__ = "former_slugs"
    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id", ondelete="SET NULL"), index=True)


class FormerSection(Model):
    """A section that is no more, and the one that its articles went to. No other ever gets its id."""

    __tablename__ = "former_sections"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id", ondelete="SET NULL"), index=True)


class PageText(Model):
    """The text of a version with its placeholders filled, from a moment on. Rows are history.

    A version has several where the imprint or a setting changed while it was in effect.
    """

    __tablename__ = "page_texts"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id", ondelete="CASCADE"))
    body: Mapped[str] = mapped_column(Text)
    shown_from: Mapped[datetime] = mapped_column(default=now)

    page: Mapped[Page] = relationship()

    __table_args__ = (Index("ix_page_texts_page", "page_id", "id"),)


class OwnPage(Model):
    """A page that the editor added. Its text is in the versions of Page with the same slug."""

    __tablename__ = "own_pages"
    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    in_footer: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None] = mapped_column()
