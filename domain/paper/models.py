"""What the paper is and was: its banners and notices, former addresses of sections, what pages said when."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, and_
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


class StoredSetting(Model):
    """A setting as the editor set it at the desk. Rules: domain/paper/settings.py."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class Theme(Model):
    """What the paper looks like: one row."""

    __tablename__ = "themes"
    LOGO_WIDTHS: ClassVar[tuple[int, ...]] = (480, 960)  # pixels

    id: Mapped[int] = mapped_column(primary_key=True)
    accent: Mapped[str] = mapped_column(String(7), default="")  # "#1a6b4c"; empty: the program's own
    logo_digest: Mapped[str] = mapped_column(String(64), default="")  # empty: the name in letters
    logo_width: Mapped[int] = mapped_column(default=0)  # pixels, of the largest file
    logo_height: Mapped[int] = mapped_column(default=0)


class PrintIssue(Model):
    """An issue of the printed paper: its PDF, of which pictures are made. Rules: domain/paper/printing.py."""

    __tablename__ = "print_issues"
    id: Mapped[int] = mapped_column(primary_key=True)
    published_on: Mapped[date] = mapped_column()
    title: Mapped[str] = mapped_column(String(60), default="")  # such as 제1234호
    digest: Mapped[str] = mapped_column(String(64), index=True)  # of the PDF
    size: Mapped[int] = mapped_column()  # bytes
    page_count: Mapped[int] = mapped_column(default=0)  # 0: not even the cover is drawn yet
    attempts: Mapped[int] = mapped_column(default=0)  # at the page that is next
    error: Mapped[str] = mapped_column(String(200), default="")  # for the editor; pages may be there yet
    failed_at: Mapped[datetime | None] = mapped_column()  # readers do not see it
    done_at: Mapped[datetime | None] = mapped_column()  # no page is to be made any more
    created_at: Mapped[datetime] = mapped_column(default=now)

    pages: Mapped[list["PrintPage"]] = relationship(
        back_populates="issue", order_by="PrintPage.number", cascade="all, delete-orphan"
    )
    __table_args__ = (
        Index("ix_print_issues_published", "published_on", "id", sqlite_where=failed_at.is_(None)),
        Index("ix_print_issues_waiting", "id", sqlite_where=failed_at.is_(None) & done_at.is_(None)),
    )


class PrintPage(Model):
    """A page of an issue as a picture, in two widths."""

    __tablename__ = "print_pages"
    WIDTHS: ClassVar[tuple[int, ...]] = (480, 1600)  # pixels
    TALLEST: ClassVar[int] = 4000  # pixels, where the width is the larger of them

    issue_id: Mapped[int] = mapped_column(ForeignKey("print_issues.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1
    digest: Mapped[str] = mapped_column(String(64), index=True)  # empty: no picture could be made of it
    width: Mapped[int] = mapped_column(default=0)  # pixels, of the larger file
    height: Mapped[int] = mapped_column(default=0)

    issue: Mapped[PrintIssue] = relationship(back_populates="pages")

    @property
    def widths(self) -> list[int]:
        """The widths of its WebP files, in ascending order; the last is its own width."""
        return [width for width in self.WIDTHS if width < self.width] + [self.width]

    def address(self, width: int) -> str:
        return f"/media/{self.digest}-{width}.webp"
