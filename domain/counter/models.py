"""Tables of the visitors database. No address and no User-Agent is stored in it.

It is a second SQLite file (bind `visitors`), so that beats neither wait for nor invalidate the news.
"""

from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database import Model
from models import now


class VisitorsModel(Model):
    """Base of these tables."""

    __abstract__ = True
    __bind_key__ = "visitors"


class Captcha(VisitorsModel):
    """The digits of one picture (자동등록방지). Valid for one answer, until it expires."""

    __tablename__ = "captchas"
    LASTS: ClassVar[timedelta] = timedelta(minutes=20)

    key: Mapped[str] = mapped_column(String(43), primary_key=True)
    answer: Mapped[str] = mapped_column(String(12))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Presence(VisitorsModel):
    """A browser that is online, and the public page it has open. Deleted when the presence window is over."""

    __tablename__ = "presences"
    __table_args__ = (Index("ix_presences_seen_member", "seen_at", "member_id"),)  # covers the counts
    visitor: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[int | None] = mapped_column()
    path: Mapped[str] = mapped_column(String(200), default="/")
    seen_at: Mapped[datetime] = mapped_column()


class Visitor(VisitorsModel):
    """Hash of a browser or member counted on a day. Deleted when the day is over."""

    __tablename__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(String(64), primary_key=True)


class DailySeen(VisitorsModel):
    """Something that counts once per visitor and day, such as a view. Deleted when the day is over."""

    __tablename__ = "day_marks"
    day: Mapped[date] = mapped_column(primary_key=True)
    # One hash of visitor and thing together, so that no two rows can be traced to one person.
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)


class VisitDay(VisitorsModel):
    """Sums of a day (paper's time zone): visitors, members among them, views of articles, beats of robots."""

    __tablename__ = "visit_days"
    __table_args__ = (Index("ix_visit_days_visitors", "visitors"),)
    day: Mapped[date] = mapped_column(primary_key=True)
    visitors: Mapped[int] = mapped_column(default=0)
    views: Mapped[int] = mapped_column(default=0)
    members: Mapped[int] = mapped_column(default=0, server_default="0")
    robots: Mapped[int] = mapped_column(default=0, server_default="0")


class VisitHour(VisitorsModel):
    """The same sums by the hour in which they were counted."""

    __tablename__ = "visit_hours"
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    visitors: Mapped[int] = mapped_column(default=0)
    views: Mapped[int] = mapped_column(default=0)
    members: Mapped[int] = mapped_column(default=0)
    robots: Mapped[int] = mapped_column(default=0)


class Tally(VisitorsModel):
    """Count of a name in a day, a month, a year, or ever. Kinds: domain/counter/tallies.py."""

    __tablename__ = "tallies"
    __table_args__ = (Index("ix_tallies_most", "kind", "span", "start", "count"),)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    span: Mapped[str] = mapped_column(String(5), primary_key=True)
    start: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column()


class HiddenWord(VisitorsModel):
    """A search word that the editor hides from readers."""

    __tablename__ = "hidden_words"
    word: Mapped[str] = mapped_column(String(100), primary_key=True)
    hidden_at: Mapped[datetime] = mapped_column(default=now)


class ImportedTotals(VisitorsModel):
    """Totals of the paper's old site: one row. Pages add them to our own sums and mention them."""

    __tablename__ = "imported_totals"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    peak: Mapped[int] = mapped_column(BigInteger, default=0)


class PostDay(VisitorsModel):
    """Views of an article on a day."""

    __tablename__ = "post_days"
    day: Mapped[date] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(primary_key=True)
    views: Mapped[int] = mapped_column(default=0)


class PostViews(VisitorsModel):
    """Views of an article in all."""

    __tablename__ = "post_views"
    __table_args__ = (Index("ix_post_views_views", "views"),)
    post_id: Mapped[int] = mapped_column(primary_key=True)
    views: Mapped[int] = mapped_column(default=0)


class DaySalt(VisitorsModel):
    """Salt of the identities of members and of browsers without a number. Deleted when the day is over."""

    __tablename__ = "day_salts"
    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))


class BannerDay(VisitorsModel):
    """Clicks on a banner on a day. Nothing is stored of who clicked."""

    __tablename__ = "banner_days"
    banner_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    clicks: Mapped[int] = mapped_column(default=0)
