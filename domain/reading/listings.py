"""The list of a section, a group or a tag: a page at a time, from either end, by month. Every step is a walk along an index."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Integer, bindparam, select, tuple_
from werkzeug.utils import cached_property

from database import UTCDateTime
from database.statement import AT, PLACE, Statement
from domain.reading.cards import in_order
from lib.web.paging import EPOCH, LARGEST_ID, NUMBERED, Key, PageRequest, months, next_month
from models import Post, PostTag, Section, Tag, local, now, paper_zone

PAGE = 20  # articles on a page of a list
PINNED = 5  # notices on top of it


@dataclass
class Listing:
    """A part of a list. `newer` and `older` are the queries of the parts beside it, empty where there is none.

    The articles are plain (lib/plain.py).
    """

    posts: list[Post]
    pinned: list[Post] = field(default_factory=list)
    number: int = 0  # of this page; 0 beyond the numbered ones
    numbers: int = 0  # how many pages have a number
    newer: dict[str, str] = field(default_factory=dict)
    older: dict[str, str] = field(default_factory=dict)
    months: list[tuple[int, list[date]]] = field(default_factory=list)


@dataclass(frozen=True)
class Index:
    """What the lists of one kind of place are walked along: moment and id of its rows, and what holds for those of a place.

    :param pinned: what holds for the notices of a place; none where it has no such
    """

    moment: Any
    id: Any
    holds: tuple[Any, ...]
    pinned: Any = None

    @cached_property
    def newest(self) -> Statement:
        """The keys that the numbered pages hold, and one more. Asked with now."""
        return Statement(self._keys(self.moment <= AT, up=False).limit(NUMBERED * PAGE + 1))

    @cached_property
    def down(self) -> Statement:
        """One more key than a page holds, between two others. Asked with lower, lower_id, upper, upper_id."""
        return Statement(self._keys(*self._between, up=False).limit(PAGE + 1))

    @cached_property
    def up(self) -> Statement:
        return Statement(self._keys(*self._between, up=True).limit(PAGE + 1))

    @cached_property
    def ends(self) -> Statement:
        """The first and the last moment. Asked with now."""
        ends = (
            self._keys(self.moment <= AT, up=up).with_only_columns(self.moment).limit(1).scalar_subquery()
            for up in (True, False)
        )
        return Statement(select(*ends))

    @cached_property
    def notices(self) -> Statement:
        """Asked with now."""
        # Compared with a moment, not only with NULL: SQLite then walks the index of the pinned ones.
        here = (Post.is_visible(AT), Post.pinned_at > EPOCH, self.pinned)
        return Statement(select(Post.id).where(*here).order_by(Post.pinned_at.desc()).limit(PINNED))

    def _keys(self, *conditions: Any, up: bool) -> Any:
        order = (self.moment, self.id) if up else (self.moment.desc(), self.id.desc())
        return select(self.moment, self.id).where(*conditions, *self.holds).order_by(*order)

    @property
    def _between(self) -> tuple[Any, Any]:
        key = tuple_(self.moment, self.id)
        lower, upper = (
            tuple_(bindparam(end, type_=UTCDateTime), bindparam(f"{end}_id", type_=Integer))
            for end in ("lower", "upper")
        )
        return key > lower, key < upper


_IN_SECTION, _IN_GROUP, _IS_THERE = (
    Post.section_id == PLACE,
    Post.group_id == PLACE,
    Post.deleted_at.is_(None),
)
_SECTIONS = Index(Post.published_at, Post.id, (_IN_SECTION, _IS_THERE), pinned=_IN_SECTION)
_GROUPS = Index(Post.published_at, Post.id, (_IN_GROUP, _IS_THERE), pinned=_IN_GROUP)
_TAGS = Index(PostTag.published_at, PostTag.post_id, (PostTag.tag_id == PLACE,))


@dataclass(frozen=True)
class PostList:
    """The articles of one place."""

    index: Index
    place_id: int

    @classmethod
    def of(cls, place: Section | Tag) -> "PostList":
        index = _TAGS if not hasattr(place, "is_group") else _GROUPS if place.is_group else _SECTIONS  # type: ignore[union-attr]
        return cls(index, place.id)

    def newest(self) -> list[Key]:
        return [Key(*row) for row in self.index.newest(place_id=self.place_id, now=now())]

    def walk(self, lower: Key, upper: Key, *, up: bool = False) -> list[Key]:
        """One more than a page of the keys between two, neither of them included."""
        bounds = {"lower": lower.moment, "lower_id": lower.id, "upper": upper.moment, "upper_id": upper.id}
        question = self.index.up if up else self.index.down
        return [Key(*row) for row in question(place_id=self.place_id, **bounds)]

    def pinned(self) -> list[Post]:
        rows = [] if self.index.pinned is None else self.index.notices(place_id=self.place_id, now=now())
        return in_order([post_id for (post_id,) in rows])

    def months(self) -> list[tuple[int, list[date]]]:
        ((first, last),) = self.index.ends(place_id=self.place_id, now=now())
        return months(local(first).date(), local(last).date()) if first else []


def listing(place: Section | Tag, wanted: PageRequest) -> Listing | None:
    """The part of a section's (a group's, a tag's) list that is wanted; none where there is no such part.

    A month between the first and the last may be empty.
    """
    shelf = PostList.of(place)
    found = _numbered(shelf, wanted) if wanted == PageRequest(page=wanted.page) else _beyond(shelf, wanted)
    if not found and wanted != PageRequest(month=wanted.month):
        return None
    months = shelf.months()
    if not found and not any(wanted.month in of_year for _year, of_year in months):
        return None
    found = found or Listing([])
    found.months = months
    return found


def _numbered(shelf: PostList, wanted: PageRequest) -> Listing | None:
    """A page near the start. Only keys are walked, and no more than the numbered pages hold."""
    keys = shelf.newest()
    shown = keys[(wanted.page - 1) * PAGE : wanted.page * PAGE]
    if not shown and not wanted.is_first:
        return None
    found = Listing(_posts(shown), number=wanted.page)
    found.numbers = min(NUMBERED, -(-len(keys) // PAGE))
    if wanted.page > 1:
        found.newer = {"page": str(wanted.page - 1)}
    if len(keys) > wanted.page * PAGE:
        found.older = {"page": str(wanted.page + 1)} if wanted.page < NUMBERED else {"before": str(shown[-1])}
    if wanted.is_first:
        found.pinned = shelf.pinned()
        above = {post.id for post in found.pinned}
        found.posts = [post for post in found.posts if post.id not in above]
    return found


def _beyond(shelf: PostList, wanted: PageRequest) -> Listing | None:
    """A part found by the key of a row beside it, or the oldest; of one month, where that is wanted."""
    start, end = _bounds(wanted.month)
    if wanted.after or wanted.oldest:
        return _upwards(shelf, wanted, start, end)
    upper = min(wanted.before or end, end, key=_order)
    keys = shelf.walk(start, upper)
    return _part(keys[:PAGE], wanted, newer=bool(wanted.before), older=len(keys) > PAGE) if keys else None


def _upwards(shelf: PostList, wanted: PageRequest, start: Key, end: Key) -> Listing | None:
    lower = max(wanted.after or start, start, key=_order)
    keys = shelf.walk(lower, end, up=True)
    if len(keys) <= PAGE and wanted.after:  # the top is reached: a whole page of it
        top = PageRequest(month=wanted.month)
        return _beyond(shelf, top) if wanted.month else _numbered(shelf, top)
    return (
        _part(keys[PAGE - 1 :: -1], wanted, newer=len(keys) > PAGE, older=bool(wanted.after))
        if keys
        else None
    )


def _part(keys: list[Key], wanted: PageRequest, *, newer: bool, older: bool) -> Listing:
    month = {"month": wanted.month.strftime("%Y-%m")} if wanted.month else {}
    found = Listing(_posts(keys))
    if newer:
        found.newer = month | {"after": str(keys[0])}
    if older:
        found.older = month | {"before": str(keys[-1])}
    return found


def _posts(keys: list[Key]) -> list[Post]:
    return in_order([key.id for key in keys])


def _bounds(month: date | None) -> tuple[Key, Key]:
    """Keys around a month of the paper's own time zone, or around everything up to this moment."""
    present = Key(now(), LARGEST_ID)
    if month is None:
        return Key(EPOCH, 0), present
    first, last = (Key(_midnight(day), 0) for day in (month, next_month(month)))
    return first, min(last, present, key=_order)


def _order(key: Key) -> tuple[datetime, int]:
    return key.moment, key.id


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=paper_zone()).astimezone(UTC)
