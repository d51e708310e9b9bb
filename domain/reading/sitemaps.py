"""Sitemap contents: every visible article, in parts by ranges of ids, and the news of the last two days.

A part costs the same wherever in the archive its range lies, and an article never moves to another part.
Articles of hidden sections are in none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from database import db
from domain.paper.models import OwnPage
from domain.reading.cards import IS_LISTED, NEWEST_FIRST
from lib.web.paging import LARGEST_ID
from models import Page, Post, Section, now

PART = 10_000  # ids; a sitemap may list 50,000 addresses
CHUNK = 1000  # articles per query
NEWS_MAX_AGE = timedelta(hours=48)  # these two are Google's limits
NEWS_LIMIT = 1000


@dataclass(frozen=True)
class SitemapPost:
    """An article with the moments at which it was published and last edited."""

    id: int
    title: str
    published_at: datetime
    edited_at: datetime | None

    @property
    def changed_at(self) -> datetime:
        return max(self.published_at, self.edited_at or self.published_at)


def parts() -> list[int]:
    """Return the numbers (from 1) of the parts that hold an article."""
    numbers: list[int] = []
    query = select(Post.id).where(Post.is_visible(now()), IS_LISTED).order_by(Post.id).limit(1)
    while first := db.session.scalar(query.where(Post.id > (numbers[-1] * PART if numbers else 0))):
        numbers.append((first - 1) // PART + 1)
    return numbers


def part(number: int) -> Iterator[list[SitemapPost]]:
    """Yield the articles of a part in chunks, one query for each."""
    last, end = (number - 1) * PART, min(number * PART, LARGEST_ID)
    while 0 <= last < end:
        chunk = _posts(_query().where(Post.id > last, Post.id <= end).order_by(Post.id).limit(CHUNK))
        if chunk:
            yield chunk
        last = chunk[-1].id if len(chunk) == CHUNK else end


def news() -> list[SitemapPost]:
    """Return the recent news, without advertisements and shops."""
    is_news = (Post.origin != "advertisement", Section.kind != "shop")
    query = _query().join(Post.section).where(Post.published_at > now() - NEWS_MAX_AGE, *is_news)
    return _posts(query.order_by(*NEWEST_FIRST).limit(NEWS_LIMIT))


def company_pages() -> Sequence[str]:
    """Return the slugs of the pages that have been written, also of those that the editor added."""
    query = select(Page.slug).distinct().outerjoin(OwnPage, OwnPage.slug == Page.slug)
    query = query.where(Page.effective_at <= now(), OwnPage.removed_at.is_(None))
    return db.session.scalars(query.order_by(Page.slug)).all()


def _query() -> Any:
    columns = (Post.id, Post.title, Post.published_at, Post.edited_at)
    return select(*columns).where(Post.is_visible(now()), IS_LISTED)


def _posts(query: Any) -> list[SitemapPost]:
    return [SitemapPost(*row) for row in db.session.execute(query)]
