"""The tables of the visitors database: who is here and how many were. No address, no browser's name is stored.

They are in a file of their own (`visitors`), so that beats neither wait for nor invalidate the news.
"""

from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database import Model
from models import now


class Captcha(Model):
    """The digits of one picture (자동등록방지). Asked once, for a few minutes."""

    __tablename__ = "captchas"
    __bind_key__ = "visitors"
    LASTS: ClassVar[timedelta] = timedelta(minutes=20)

    key: Mapped[str] = mapped_column(String(43), primary_key=True)
    answer: Mapped[str] = mapped_column(String(12))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Presence(Model):
    """A browser seen just now, and the page it has open. Rows older than the window go."""

    __tablename__ = "presences"
    __bind_key__ = "visitors"
    __table_args__ = (
        Index("ix_presences_seen_member", "seen_at", "member_id"),
    )  # counted from the index alone
    visitor: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[int | None] = mapped_column()
    path: Mapped[str] = mapped_column(String(200), default="/")
    seen_at: Mapped[datetime] = mapped_column()


class Visitor(Model):
    """Who was counted on a day: a hash that means nothing on the next. Rows of days gone by go."""

    __tablename__ = "visitors"
    __bind_key__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(String(64), primary_key=True)


class DailySeen(Model):
    """Something that counts once for a visitor and a day, as a view of an article does: one hash of who and what together, so that
    no two rows can be told to be of one person. Rows of days gone by go."""

    __tablename__ = "day_marks"
    __bind_key__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)


class VisitDay(Model):
    """How many came on a day (Seoul's): visitors once, members among them once, views of articles, knocks of robots."""

    __tablename__ = "visit_days"
    __bind_key__ = "visitors"
    __table_args__ = (Index("ix_visit_days_visitors", "visitors"),)
    day: Mapped[date] = mapped_column(primary_key=True)
    visitors: Mapped[int] = mapped_column(default=0)
    views: Mapped[int] = mapped_column(default=0)
    members: Mapped[int] = mapped_column(default=0, server_default="0")
    robots: Mapped[int] = mapped_column(default=0, server_default="0")


class VisitHour(Model):
    """The same by the hour in which it was counted: the hours of a day add up to it."""

    __tablename__ = "visit_hours"
    __bind_key__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    visitors: Mapped[int] = mapped_column(default=0)
    views: Mapped[int] = mapped_column(default=0)
    members: Mapped[int] = mapped_column(default=0)
    robots: Mapped[int] = mapped_column(default=0)


class Tally(Model):
    """How often something of a kind was counted in a day, a month, a year, and ever. See domain/counter/tallies.py for the kinds."""

    __tablename__ = "tallies"
    __bind_key__ = "visitors"
    __table_args__ = (Index("ix_tallies_most", "kind", "span", "start", "count"),)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    span: Mapped[str] = mapped_column(String(5), primary_key=True)
    start: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column()


class HiddenWord(Model):
    """A search word that the editor does not want to be shown to readers."""

    __tablename__ = "hidden_words"
    __bind_key__ = "visitors"
    word: Mapped[str] = mapped_column(String(100), primary_key=True)
    hidden_at: Mapped[datetime] = mapped_column(default=now)


class ImportedTotals(Model):
    """What an old site had counted before this one: one row. Shown together with our own sums, and marked as such."""

    __tablename__ = "imported_totals"
    __bind_key__ = "visitors"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    peak: Mapped[int] = mapped_column(BigInteger, default=0)


class PostDay(Model):
    """How many read an article on a day."""

    __tablename__ = "post_days"
    __bind_key__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(primary_key=True)
    views: Mapped[int] = mapped_column(default=0)


class PostViews(Model):
    """How many have read an article in all."""

    __tablename__ = "post_views"
    __bind_key__ = "visitors"
    __table_args__ = (Index("ix_post_views_views", "views"),)
    post_id: Mapped[int] = mapped_column(primary_key=True)
    views: Mapped[int] = mapped_column(default=0)


class DaySalt(Model):
    """What visitors without a number of their own are hashed with; thrown away when the day is over."""

    __tablename__ = "day_salts"
    __bind_key__ = "visitors"
    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))
