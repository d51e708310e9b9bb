"""What search engines are told of: every article, in parts of so many numbers each, and the news of the last two days.

A part is a range of ids, so it costs the same wherever in the archive it lies, and an article never moves from one to another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from database import db
from domain.reading.cards import NEWEST_FIRST
from lib.web.paging import LARGEST_ID
from models import Page, Post, Section, now

PART = 10_000  # ids; search engines take 50,000 addresses at once
CHUNK = 1000  # articles read at once
NEWS_LASTS = timedelta(hours=48)  # these two are Google's
NEWS_MOST = 1000


@dataclass(frozen=True)
class Line:
    """An article, when it appeared, and when its words became others since."""

    id: int
    title: str
    published_at: datetime
    edited_at: datetime | None

    @property
    def changed_at(self) -> datetime:
        return max(self.published_at, self.edited_at or self.published_at)


def parts() -> list[int]:
    """The numbers of the parts that hold an article."""
    found: list[int] = []
    question = select(Post.id).where(Post.is_visible(now())).order_by(Post.id).limit(1)
    while (
        first := db.session.scalar(question.where(Post.id > (found[-1] * PART if found else 0)))
    ) is not None:
        found.append((first - 1) // PART + 1)
    return found


def part(number: int) -> Iterator[list[Line]]:
    """The articles of a part, some at a time, each time with a question of its own."""
    last, end = (number - 1) * PART, min(number * PART, LARGEST_ID)
    while 0 <= last < end:
        question = _lines().where(Post.id > last, Post.id <= end).order_by(Post.id).limit(CHUNK)
        some = _read(question)
        if some:
            yield some
        last = some[-1].id if len(some) == CHUNK else end


def news() -> list[Line]:
    """What is news: neither advertisements nor shops."""
    recent = (Post.published_at > now() - NEWS_LASTS, Post.origin != "advertisement", Section.kind != "shop")
    return _read(_lines().join(Post.section).where(*recent).order_by(*NEWEST_FIRST).limit(NEWS_MOST))


def company_pages() -> Sequence[str]:
    """The slugs of the pages that have been written."""
    return db.session.scalars(select(Page.slug).distinct().order_by(Page.slug)).all()


def _lines() -> Any:
    return select(Post.id, Post.title, Post.published_at, Post.edited_at).where(Post.is_visible(now()))


def _read(question: Any) -> list[Line]:
    return [Line(*row) for row in db.session.execute(question)]
