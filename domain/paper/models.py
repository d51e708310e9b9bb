"""What the paper is and was: its banners and notices, former addresses of sections, what pages said when."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, and_
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


class Banner(Model):
    """An advertisement: a picture, or a line of text, with a link. Shown by a where clause."""

    __tablename__ = "banners"
    SLOTS: ClassVar[tuple[str, ...]] = ("front", "list", "article", "foot")
    MOST: ClassVar[int] = 3  # of one slot on one day

    id: Mapped[int] = mapped_column(primary_key=True)
    advertiser: Mapped[str] = mapped_column(String(80))
    slot: Mapped[str] = mapped_column(String(20))  # one of SLOTS
    link: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(String(120), default="")  # of one without a picture
    digest: Mapped[str] = mapped_column(String(64), default="", index=True)  # of the picture; or empty
    width: Mapped[int] = mapped_column(default=0)  # pixels, of its largest file
    height: Mapped[int] = mapped_column(default=0)
    alt: Mapped[str] = mapped_column(String(300), default="")
    starts_on: Mapped[date] = mapped_column()
    ends_on: Mapped[date] = mapped_column()  # the last day
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_banners_days", "ends_on", "starts_on"),)

    @classmethod
    def is_shown(cls, day: date) -> ColumnElement[bool]:
        """The where clause for banners that are shown on a day."""
        return and_(cls.ends_on >= day, cls.starts_on <= day)


class SiteNotice(Model):
    """A line above every page, from its beginning to its end. Readers can dismiss it."""

    __tablename__ = "site_notices"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
    link: Mapped[str] = mapped_column(String(500), default="")  # http(s), or a path of this site
    starts_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_site_notices_moments", "ends_at", "starts_at"),)

    @classmethod
    def is_shown(cls, at: datetime) -> ColumnElement[bool]:
        """The where clause for notices that are shown at this time."""
        return and_(cls.ends_at > at, cls.starts_at <= at)


class Start(Model):
    """An empty paper that waits for its editor: one row until then. Rules: domain/paper/starting.py."""

    __tablename__ = "starts"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64))
    printed_at: Mapped[datetime] = mapped_column(default=now)  # the token, to the terminal


class ImprintChange(Model):
    """An item of the imprint that was changed. Rows are history: only `due_on` and `registered_at` change."""

    __tablename__ = "imprint_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(String(40))  # a column of Paper
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    due_on: Mapped[date | None] = mapped_column()  # until when it is to be registered; None: it need not be
    registered_at: Mapped[datetime | None] = mapped_column()  # when the editor said that it was

    __table_args__ = (
        Index(
            "ix_imprint_changes_open",
            "due_on",
            sqlite_where=and_(due_on.is_not(None), registered_at.is_(None)),
        ),
    )
