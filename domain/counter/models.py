"""Tables of the visitors database. No address and no User-Agent is stored in it.

It is a second SQLite file (bind `visitors`), so that beats neither wait for nor invalidate the news.
"""

from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database import Model
from models import now


class Captcha(Model):
    """The digits of one picture (자동등록방지). Valid for one answer, until it expires."""

    __tablename__ = "captchas"
    __bind_key__ = "visitors"
    LASTS: ClassVar[timedelta] = timedelta(minutes=20)

    key: Mapped[str] = mapped_column(String(43), primary_key=True)
    answer: Mapped[str] = mapped_column(String(12))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Presence(Model):
    """A browser that is online, and the public page it has open. Deleted when the presence window is over."""

    __tablename__ = "presences"
    __bind_key__ = "visitors"
    __table_args__ = (Index("ix_presences_seen_member", "seen_at", "member_id"),)  # covers the counts
    visitor: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[int | None] = mapped_column()
    path: Mapped[str] = mapped_column(String(200), default="/")
    seen_at: Mapped[datetime] = mapped_column()


class Visitor(Model):
    """Hash of a browser or member counted on a day. Deleted when the day is over."""

    __tablename__ = "visitors"
    __bind_key__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(String(64), primary_key=True)


class DailySeen(Model):
    """Something that counts once per visitor and day, such as a view. Deleted when the day is over.

    :param mark: one hash of visitor and thing together, so that no two rows can be traced to one person
    """

    __tablename__ = "day_marks"
    __bind_key__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)


class VisitDay(Model):
    """Sums of a day (paper's time zone): visitors, members among them, views of articles, beats of robots."""

    __tablename__ = "visit_days"
    __bind_key__ = "visitors"
    __table_args__ = (Index("ix_visit_days_visitors", "visitors"),)
    day: Mapped[date] = mapped_column(primary_key=True)
    visitors: Mapped[int] = mapped_column(default=0)
    views: Mapped[int] = mapped_column(default=0)
    members: Mapped[int] = mapped_column(default=0, server_default="0")
    robots: Mapped[int] = mapped_column(default=0, server_default="0")


class VisitHour(Model):
    """The same sums by the hour in which they were counted."""

    __tablename__ = "visit_hours"
    __bind_key__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    visitors: Mapped[int] = mapped_column(default=0)
    views: Mapped[int] = mapped_column(default=0)
    members: Mapped[int] = mapped_column(default=0)
    robots: Mapped[int] = mapped_column(default=0)


class Tally(Model):
    """Count of a name in a day, a month, a year, or ever. Kinds: domain/counter/tallies.py."""

    __tablename__ = "tallies"
    __bind_key__ = "visitors"
    __table_args__ = (Index("ix_tallies_most", "kind", "span", "start", "count"),)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    span: Mapped[str] = mapped_column(String(5), primary_key=True)
    start: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column()


class HiddenWord(Model):
    """A search word that the editor hides from readers."""

    __tablename__ = "hidden_words"
    __bind_key__ = "visitors"
    word: Mapped[str] = mapped_column(String(100), primary_key=True)
    hidden_at: Mapped[datetime] = mapped_column(default=now)


class ImportedTotals(Model):
    """Totals of the paper's old site: one row. Pages add them to our own sums and mention them."""

    __tablename__ = "imported_totals"
    __bind_key__ = "visitors"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    peak: Mapped[int] = mapped_column(BigInteger, default=0)


class PostDay(Model):
    """Views of an article on a day."""

    __tablename__ = "post_days"
    __bind_key__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(primary_key=True)
    views: Mapped[int] = mapped_column(default=0)


class PostViews(Model):
    """Views of an article in all."""

    __tablename__ = "post_views"
    __bind_key__ = "visitors"
    __table_args__ = (Index("ix_post_views_views", "views"),)
    post_id: Mapped[int] = mapped_column(primary_key=True)
    views: Mapped[int] = mapped_column(default=0)


class DaySalt(Model):
    """Salt of the identities of members and of browsers without a number. Deleted when the day is over."""

    __tablename__ = "day_salts"
    __bind_key__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))
