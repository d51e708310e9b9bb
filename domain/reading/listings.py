"""The list of a section, a group or a tag, by page, from either end, by month. Every page walks an index."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, select, tuple_

from database import db
from domain.reading.cards import PostCard, in_order
from domain.reading.masthead import SectionCard
from lib.web.paging import EPOCH, LARGEST_ID, NUMBERED, Key, PageRequest, months, next_month
from models import Post, PostTag, Section, Tag, local, now, paper_zone

PAGE = 20  # articles on a page of a list
PINNED = 5  # pinned articles above it


@dataclass
class Listing:
    """A page of a list. `newer` and `older`: query parameters of the pages beside it, empty if none."""

    posts: list[PostCard]
    pinned: list[PostCard] = field(default_factory=list)
    number: int = 0  # of this page; 0 if it is not a numbered one
    numbers: int = 0  # of the last numbered page
    newer: dict[str, str] = field(default_factory=dict)
    older: dict[str, str] = field(default_factory=dict)
    months: list[tuple[int, list[date]]] = field(default_factory=list)


@dataclass(frozen=True)
class PostList:
    """The keys of a list: the columns of an index, and the conditions under which SQLite walks it.

    :param pinned: condition for pinned articles; None: the list has none
    """

    moment: Any
    id: Any
    conditions: tuple[ColumnElement[bool], ...]
    pinned: ColumnElement[bool] | None = None

    def newest(self, at: datetime) -> list[Key]:
        """Return the keys of all numbered pages, and one more."""
        return self._keys(self._select(self.moment <= at), NUMBERED * PAGE + 1)

    def between(self, lower: Key, upper: Key, *, ascending: bool = False) -> list[Key]:
        """Return the newest (or oldest) keys between two, both excluded: one more than a page holds."""
        key = tuple_(self.moment, self.id)
        query = self._select(
            key > (lower.moment, lower.id), key < (upper.moment, upper.id), ascending=ascending
        )
        return self._keys(query, PAGE + 1)

    def pinned_ids(self, at: datetime) -> list[int]:
        if self.pinned is None:
            return []
        # Compared with a moment, not only with NULL: SQLite then uses the index on pinned articles.
        conditions = (Post.is_visible(at), Post.pinned_at > EPOCH, self.pinned)
        query = select(Post.id).where(*conditions).order_by(Post.pinned_at.desc())
        return list(db.session.scalars(query.limit(literal_column(str(PINNED)))))

    def months(self, at: datetime) -> list[tuple[int, list[date]]]:
        first, last = (
            db.session.scalar(
                self._select(self.moment <= at, ascending=ascending)
                .with_only_columns(self.moment)
                .limit(literal_column("1"))
            )
            for ascending in (True, False)
        )
        return months(local(first).date(), local(last).date()) if first and last else []

    def _select(self, *conditions: ColumnElement[bool], ascending: bool = False) -> Select[Any, Any]:
        order = (self.moment, self.id) if ascending else (self.moment.desc(), self.id.desc())
        return select(self.moment, self.id).where(*conditions, *self.conditions).order_by(*order)

    def _keys(self, query: Select[Any, Any], limit: int) -> list[Key]:
        return [Key(*row) for row in db.session.execute(query.limit(literal_column(str(limit))))]


def of_section(section: Section | SectionCard, request: PageRequest) -> Listing | None:
    """Return a page of a section or a group, or None if there is no such page."""
    is_here = (Post.group_id if section.is_group else Post.section_id) == section.id
    conditions = (is_here, Post.deleted_at.is_(None))
    return _listing(PostList(Post.published_at, Post.id, conditions, pinned=is_here), request)


def of_tag(tag: Tag, request: PageRequest) -> Listing | None:
    """Return a page of a tag's articles, or None if there is no such page."""
    return _listing(PostList(PostTag.published_at, PostTag.post_id, (PostTag.tag_id == tag.id,)), request)


def _listing(posts: PostList, request: PageRequest) -> Listing | None:
    """A month between the first and the last may be empty; any other page has at least one row."""
    is_numbered = request == PageRequest(page=request.page)
    listing = _numbered(posts, request) if is_numbered else _by_key(posts, request)
    if not listing and request != PageRequest(month=request.month):
        return None
    months = posts.months(now())
    if not listing and not any(request.month in of_year for _year, of_year in months):
        return None
    listing = listing or Listing([])
    listing.months = months
    return listing


def _numbered(posts: PostList, request: PageRequest) -> Listing | None:
    """Return a page near the start. Walks keys only, no more than the numbered pages hold."""
    keys = posts.newest(now())
    shown = keys[(request.page - 1) * PAGE : request.page * PAGE]
    if not shown and not request.is_first:
        return None
    listing = Listing(_cards(shown), number=request.page)
    listing.numbers = min(NUMBERED, -(-len(keys) // PAGE))
    if request.page > 1:
        listing.newer = {"page": str(request.page - 1)}
    if len(keys) > request.page * PAGE:
        is_last = request.page == NUMBERED
        listing.older = {"before": str(shown[-1])} if is_last else {"page": str(request.page + 1)}
    if request.is_first:
        listing.pinned = in_order(posts.pinned_ids(now()))
        pinned = {post.id for post in listing.pinned}
        listing.posts = [post for post in listing.posts if post.id not in pinned]
    return listing


def _by_key(posts: PostList, request: PageRequest) -> Listing | None:
    """Return the page before or after a key, or the oldest page; of one month if the request names one."""
    start, end = _bounds(request.month)
    if request.after or request.oldest:
        return _ascending(posts, request, start, end)
    upper = min(request.before or end, end, key=_order)
    keys = posts.between(start, upper)
    return _page(keys[:PAGE], request, newer=bool(request.before), older=len(keys) > PAGE) if keys else None


def _ascending(posts: PostList, request: PageRequest, start: Key, end: Key) -> Listing | None:
    lower = max(request.after or start, start, key=_order)
    keys = posts.between(lower, end, ascending=True)
    if len(keys) <= PAGE and request.after:  # at the newest: show the whole first page
        first = PageRequest(month=request.month)
        return _by_key(posts, first) if request.month else _numbered(posts, first)
    if not keys:
        return None
    return _page(keys[PAGE - 1 :: -1], request, newer=len(keys) > PAGE, older=bool(request.after))


def _page(keys: list[Key], request: PageRequest, *, newer: bool, older: bool) -> Listing:
    month = {"month": request.month.strftime("%Y-%m")} if request.month else {}
    listing = Listing(_cards(keys))
    if newer:
        listing.newer = month | {"after": str(keys[0])}
    if older:
        listing.older = month | {"before": str(keys[-1])}
    return listing


def _cards(keys: list[Key]) -> list[PostCard]:
    return in_order([key.id for key in keys])


def _bounds(month: date | None) -> tuple[Key, Key]:
    """Return keys around a month in the paper's time zone, or around everything up to now."""
    present = Key(now(), LARGEST_ID)
    if month is None:
        return Key(EPOCH, 0), present
    first, last = (Key(_midnight(day), 0) for day in (month, next_month(month)))
    return first, min(last, present, key=_order)


def _order(key: Key) -> tuple[datetime, int]:
    return key.moment, key.id


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=paper_zone()).astimezone(UTC)
