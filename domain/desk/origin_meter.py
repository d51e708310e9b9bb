"""What the Newspaper Act asks of an internet newspaper each week (신문법 시행령 제2조): something new, and at
least 30 % of the articles produced by the paper itself.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from database import db
from domain.reading.cards import IS_NEWS
from models import Post, Section, local, midnight, now

OWN = ("own", "tip")  # origins: a tip is where our own report began
SHARE = 30  # percent
DAYS = 7  # from Monday to Sunday
FRIDAY = 4  # as date.weekday counts


@dataclass(frozen=True)
class OriginMeter:
    """The articles of a week, without advertisements and shops: what appeared, and what is scheduled."""

    today: date
    own: int
    all: int
    scheduled_own: int
    scheduled: int

    @property
    def share(self) -> int:
        """Percent of what appeared that is our own, rounded down; 0 where nothing appeared."""
        return self.own * 100 // self.all if self.all else 0

    @property
    def is_enough(self) -> bool:
        """Whether the share is reached. It is where nothing appeared, which `is_nothing_new` tells."""
        return self.own * 100 >= SHARE * self.all

    @property
    def missing(self) -> int:
        """How many more own reports would reach the share."""
        lacking = SHARE * self.all - 100 * self.own
        return max(0, -(-lacking // (100 - SHARE)))

    @property
    def is_nothing_new(self) -> bool:
        """Whether it is Friday or later, and nothing has appeared since Monday."""
        return self.all == 0 and self.today.weekday() >= FRIDAY

    @property
    def days_left(self) -> int:
        """The days until Sunday, today and Sunday included."""
        return DAYS - self.today.weekday()


def this_week() -> OriginMeter:
    """Count the articles of this week, on the paper's own calendar. One query."""
    at = now()
    today = local(at).date()
    monday = today - timedelta(days=today.weekday())
    is_own, is_to_come = Post.origin.in_(OWN), Post.published_at > at
    query: Any = select(is_own, is_to_come, func.count()).join(Section, Section.id == Post.section_id)
    query = query.where(
        Post.published_at >= midnight(monday),
        Post.published_at < midnight(monday + timedelta(days=DAYS)),
        Post.deleted_at.is_(None),
        IS_NEWS,
    )
    rows: Any = db.session.execute(query.group_by(is_own, is_to_come))
    counts = {(own, later): n for own, later, n in rows}

    def sums(*, later: bool) -> tuple[int, int]:
        own = counts.get((True, later), 0)
        return own, own + counts.get((False, later), 0)

    return OriginMeter(today, *sums(later=False), *sums(later=True))
