"""Any article in any state, for the desk: by words, state, section and month. Newest first; of scheduled
articles the next one first.

An article stands where its moment puts it: of publication, of creation for a draft, of deletion for one that
was taken down. A page begins after the key of a row and walks indexes: it costs the same in any archive.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, literal_column, select, tuple_

from database import db
from domain.counter import visitors
from domain.paper import sections
from domain.search import search_index
from domain.search.index_query import IndexQuery
from domain.search.search_index import DESK, POSTS, first_rowid
from lib.text import words
from lib.web import paging
from lib.web.paging import Key
from models import Post, PostState, Refused, Section, local, midnight, now

STATES = ("draft", "scheduled", "published", "deleted")
PAGE = 50
LONGEST = 100  # characters of a query that are used
_BEGINNING, _END = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
# States, the moment they are sorted by, and conditions: each is the walk of an index.
_WALKS: tuple[tuple[tuple[str, ...], Any, tuple[ColumnElement[bool], ...]], ...] = (
    (("draft",), Post.created_at, (Post.published_at.is_(None), Post.deleted_at.is_(None))),
    (("deleted",), Post.deleted_at, (Post.deleted_at.is_not(None), Post.erased_at.is_(None))),
    (("scheduled", "published"), Post.published_at, (Post.deleted_at.is_(None),)),
)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class ArchiveQuery:
    """Which articles to list.

    :param state: one of STATES; empty: any
    :param month: the first day of a month
    """

    text: str = ""
    state: str = ""
    section_id: int | None = None
    month: date | None = None

    @property
    def terms(self) -> list[words.Term]:
        return words.terms(self.text[:LONGEST])

    @property
    def is_ascending(self) -> bool:
        return self.state == "scheduled"

    def span(self, at: datetime) -> tuple[datetime, datetime]:
        """The first moment of the list, and the first one after it."""
        start, end = _BEGINNING, _END
        if self.month:
            start, end = midnight(self.month), midnight(paging.next_month(self.month))
        if self.state == "published":
            end = min(end, at + _TICK)
        return (max(start, at + _TICK), end) if self.state == "scheduled" else (start, end)


@dataclass(frozen=True)
class ArchiveLine(PostState):
    """One line of the list."""

    id: int
    title: str
    is_advertisement: bool
    correction_kind: str
    byline: str
    section: str
    created_at: datetime
    published_at: datetime | None
    deleted_at: datetime | None
    pinned_at: datetime | None
    comment_count: int
    views: int = 0

    @property
    def moment(self) -> datetime:
        return self.deleted_at or self.published_at or self.created_at


@dataclass(frozen=True)
class ArchivePage:
    """A page of the list.

    `further`: the key after which the next page begins; empty if there is none.
    `is_loose`: the words are found only where they are written apart.
    """

    lines: list[ArchiveLine]
    further: str = ""
    is_loose: bool = False


class Place(NamedTuple):
    """The key of a row found by words: rowids of the two indexes may be the same."""

    rowid: int
    index: int  # 1: of DESK, 2: of POSTS

    def __str__(self) -> str:
        return f"{self.rowid}-{self.index}"

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Raises ValueError."""
        rowid, _dash, index = text.rpartition("-")
        return cls(paging.rowid(rowid), paging.positive(index, 2))


class _Found(NamedTuple):
    """Keys with the ids of their articles, in the order of the list; at most one more than a page."""

    ids: dict[Any, int]
    is_loose: bool = False


def find(query: ArchiveQuery, after: str = "") -> ArchivePage:
    """Return the first page of a list, or the one that follows the row with a key.

    :raises Refused: there is no such key (404), or this database has no full-text index (503)
    """
    try:
        if query.text:
            found = _by_words(query, Place.parse(after) if after else None)
        else:
            found = _by_moment(query, Key.parse(after) if after else None)
    except (ValueError, OverflowError):
        raise Refused(_("There is no such page of the list."), 404) from None
    keys = list(found.ids)[:PAGE]
    further = str(keys[-1]) if len(found.ids) > PAGE else ""
    return ArchivePage(lines([found.ids[key] for key in keys]), further, found.is_loose)


def lines(ids: list[int]) -> list[ArchiveLine]:
    """Return the lines of these articles, in this order; ids of no article are left out."""
    columns = (
        Post.id, Post.title, Post.is_advertisement, Post.correction_kind, Post.byline, Section.name,
        Post.created_at, Post.published_at, Post.deleted_at, Post.pinned_at, Post.comment_count,
    )  # fmt: skip
    query = select(*columns).join(Section, Section.id == Post.section_id)
    rows = db.session.execute(query.where(Post.id.in_(ids), Post.erased_at.is_(None))).all() if ids else []
    views = visitors.views_of(ids) if ids else {}
    found = {row.id: ArchiveLine(*row, views=views.get(row.id, 0)) for row in rows}
    return [found[id] for id in ids if id in found]


def months() -> list[tuple[int, list[date]]]:
    """The months from the first published article to the last scheduled one, latest first, by year."""
    moment = select(Post.published_at).where(Post.deleted_at.is_(None), Post.published_at > _BEGINNING)
    orders = (Post.published_at, Post.published_at.desc())
    first, last = (
        db.session.scalar(moment.order_by(order).limit(literal_column("1"))) or now() for order in orders
    )
    return paging.months(local(min(first, now())).date(), local(max(last, now())).date())


def _by_moment(query: ArchiveQuery, after: Key | None) -> _Found:
    """Merge the walks of the states that are asked for."""
    lower, upper = (Key(moment, 0) for moment in query.span(now()))
    if after:
        lower, upper = (max(lower, after), upper) if query.is_ascending else (lower, min(upper, after))
    is_here = (Post.section_id == query.section_id,) if query.section_id else ()
    found: list[Key] = []
    for states, moment, conditions in _WALKS:
        if query.state in ("", *states):
            key = tuple_(moment, Post.id)
            within = (key > (lower.moment, lower.id), key < (upper.moment, upper.id), *conditions, *is_here)
            order = (moment, Post.id) if query.is_ascending else (moment.desc(), Post.id.desc())
            walk = select(moment, Post.id).where(*within).order_by(*order)
            found += [Key(*row) for row in db.session.execute(walk.limit(literal_column(str(PAGE + 1))))]
    keys = sorted(found, reverse=not query.is_ascending)[: PAGE + 1]
    return _Found({key: key.id for key in keys})


def _by_words(query: ArchiveQuery, after: Place | None) -> _Found:
    """Merge what the two indexes find: what is written as in the query, else what is written apart."""
    if not search_index.is_supported(db.engine):
        raise Refused(_("Searching needs SQLite."), 503)
    if not query.terms:
        return _Found({})
    strict = _index_queries(query, now())
    loose = {number: replace(index_query, loose=True) for number, index_query in strict.items()}
    is_loose = not any(index_query.count(0) for index_query in strict.values())
    searches = loose if is_loose else strict
    found = [place for number in searches for place in _places(query, searches[number], number, after)]
    places = sorted(found, reverse=not query.is_ascending)[: PAGE + 1]
    ids: dict[Place, int] = {}
    for number, search in searches.items():
        rowids = [place.rowid for place in places if place.index == number]
        ids |= {Place(rowid, number): id for rowid, id in search.ids_by_rowid(rowids).items()}
    return _Found({place: ids[place] for place in places if place in ids}, is_loose)


def _index_queries(query: ArchiveQuery, at: datetime) -> dict[int, IndexQuery]:
    """Return what to search, by the number of the index in a Place."""
    lower, upper = (_first_rowid_from(moment) for moment in query.span(at))
    scope = search_index.in_sections(sections.ids_within(query.section_id)) if query.section_id else ""
    searches = {}
    if query.state in ("", *search_index.STATES):
        state = f' AND "{search_index.STATES[query.state]}"' if query.state else ""
        searches[1] = IndexQuery(DESK, query.terms, scope + state, lower, upper)
    if query.state in ("", "scheduled", "published"):
        searches[2] = IndexQuery(POSTS, query.terms, scope, lower, upper)
    return searches


def _places(query: ArchiveQuery, search: IndexQuery, number: int, after: Place | None) -> list[Place]:
    """Return the rows of an index that follow a place, at most one more than a page."""
    if query.is_ascending:  # only in one index: the rowids of the other do not matter
        rowids = search.rowids(PAGE + 1, after=after.rowid if after else None, ascending=True)
    else:
        end = after.rowid + (number < after.index) if after else None
        rowids = search.rowids(PAGE + 1, before=end)
    return [Place(rowid, number) for rowid in rowids]


def _first_rowid_from(moment: datetime) -> int:
    """Return the first rowid of the first second that begins at this moment or after it.

    Rowids only tell seconds apart: what appears later in the present second counts as published.
    """
    return first_rowid(moment + timedelta(seconds=1) - _TICK)
