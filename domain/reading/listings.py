"""The list of a section, a group or a tag, by page, from either end, by month. Every page walks an index."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, select, tuple_

from database import db
from domain.reading.cards import PostCard, in_order
from domain.reading.masthead import SectionCard
from lib.web import paging
from lib.web.paging import EPOCH, LARGEST_ID, Key, ListPage, PageRequest
from models import Post, PostTag, Section, Tag, local, midnight, now

PINNED = 5  # pinned articles above the first page
Months = list[tuple[int, list[date]]]  # of each year, latest first
BEGINNING = Key(datetime.min.replace(tzinfo=UTC), 0)


@dataclass
class Listing:
    """A page of a list, with the months of the whole list by year, latest first."""

    page: ListPage
    posts: list[PostCard]
    months: Months
    pinned: list[PostCard] = field(default_factory=list)


@dataclass(frozen=True)
class PostList:
    """The keys of a list up to now, or of one month. Corrections are listed by it too.

    :param conditions: under which SQLite walks the index of `moment` and `id`
    """

    moment: Any
    id: Any
    conditions: tuple[ColumnElement[bool], ...]
    month: date | None

    def keys(
        self, limit: int, *, before: Key | None = None, after: Key | None = None, ascending: bool = False
    ) -> list[Key]:
        """See SelectKeys."""
        start, end = BEGINNING, Key(now(), LARGEST_ID)
        if self.month:
            start = Key(midnight(self.month), 0)
            end = min(end, Key(midnight(paging.next_month(self.month)), 0))
        lower, upper = max(after or start, start), min(before or end, end)
        key = tuple_(self.moment, self.id)
        within = (key > (lower.moment, lower.id), key < (upper.moment, upper.id))
        query = self._select(*within, ascending=ascending).limit(literal_column(str(limit)))
        return [Key(*row) for row in db.session.execute(query)]

    def months(self) -> Months:
        """Return the months from the first to the last row, whatever `month` is."""
        first, last = (
            db.session.scalar(
                self._select(self.moment <= now(), ascending=ascending)
                .with_only_columns(self.moment)
                .limit(literal_column("1"))
            )
            for ascending in (True, False)
        )
        return paging.months(local(first).date(), local(last).date()) if first and last else []

    def _select(self, *conditions: ColumnElement[bool], ascending: bool) -> Select[Any, Any]:
        order = (self.moment, self.id) if ascending else (self.moment.desc(), self.id.desc())
        return select(self.moment, self.id).where(*conditions, *self.conditions).order_by(*order)


def of_section(section: Section | SectionCard, request: PageRequest) -> Listing | None:
    """Return a page of a section or a group, or None if there is no such page."""
    is_here = (Post.group_id if section.is_group else Post.section_id) == section.id
    conditions = (is_here, Post.deleted_at.is_(None))
    listing = _listing(PostList(Post.published_at, Post.id, conditions, request.month), request)
    if listing and request.is_first:
        # Compared with a moment, not only with NULL: SQLite then uses the index on pinned articles.
        pinned = select(Post.id).where(Post.is_visible(now()), Post.pinned_at > EPOCH, is_here)
        newest_pinned = pinned.order_by(Post.pinned_at.desc()).limit(literal_column(str(PINNED)))
        listing.pinned = in_order(db.session.scalars(newest_pinned).all())
        listing.posts = [post for post in listing.posts if post not in listing.pinned]
    return listing


def of_tag(tag: Tag, request: PageRequest) -> Listing | None:
    """Return a page of a tag's articles, or None if there is no such page."""
    conditions = (PostTag.tag_id == tag.id,)
    return _listing(PostList(PostTag.published_at, PostTag.post_id, conditions, request.month), request)


def find_page(rows: PostList, request: PageRequest) -> tuple[ListPage, Months] | None:
    """Return a page of a list and the months of the whole list, or None if there is no such page.

    A month between the first and the last may be empty; any other page has at least one row.
    """
    page = paging.find(request, rows.keys)
    if not page and request != PageRequest(month=request.month):
        return None
    months = rows.months()
    if not page and not any(request.month in of_year for _year, of_year in months):
        return None
    return page or ListPage([]), months


def _listing(posts: PostList, request: PageRequest) -> Listing | None:
    if found := find_page(posts, request):
        page, months = found
        return Listing(page, in_order([key.id for key in page.keys]), months)
    return None
