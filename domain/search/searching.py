"""Search in articles and comments: counts, the newest or the best matches, with the terms marked."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol

from flask_babel import gettext as _
from sqlalchemy import select

from database import db
from domain.reading import cards, threads
from domain.reading.cards import PostCard, PostTitle
from domain.reading.masthead import SectionCard
from domain.reading.threads import CommentLine
from domain.search import search_index
from domain.search.excerpts import Piece, excerpt, first_matches, pieces
from domain.search.index_query import IndexQuery, comments_query, posts_query
from lib.text import words
from lib.text.plain import from_html, single_spaced
from lib.web.paging import LARGEST_ID, NUMBERED
from models import Photo, Post, PostTag, Refused, Tag

PAGE = 20  # hits on a page
LONGEST = 100  # characters of a query that are used
COUNTED = 10_000  # matches counted at most
COUNTED_BESIDE = 1000  # matches of the other tab counted at most
RANKED = 3000  # matches ranked at most: the newest ones
PERIODS = {
    "all": None,
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=31),
    "year": timedelta(days=366),
}
PAGE_KEYS = ("page", "before", "after", "oldest")  # keys of an address that `read_page` knows
ORDERS = ("newest", "best")
TABS = ("posts", "comments")


@dataclass(frozen=True)
class SearchQuery:
    """What to search for, and where.

    :param period: one of PERIODS; `order` one of ORDERS; `tab` one of TABS
    """

    text: str
    section: SectionCard | None = None
    period: str = "all"
    order: str = "newest"
    tab: str = "posts"

    @property
    def terms(self) -> list[words.Term]:
        return words.terms(self.text[:LONGEST])

    @property
    def is_cut(self) -> bool:
        return len(self.text) > LONGEST


@dataclass(frozen=True)
class ResultPage:
    """A page of the results: by number, before or after a rowid of the index, or the oldest one."""

    number: int = 1
    before: int | None = None
    after: int | None = None
    oldest: bool = False

    @property
    def is_numbered(self) -> bool:
        return self == ResultPage(self.number)


class Hit(NamedTuple):
    """An article, or a comment with its article, and the excerpt to show."""

    post: PostCard | PostTitle
    excerpt: list[Piece]
    title: Sequence[Piece] = ()
    comment: CommentLine | None = None


@dataclass
class SearchResults:
    """A page of the results, and how many there are.

    `counts`: matches by tab; `most` + 1 if there are more than `most`, where counting stops.
    `number`, `numbers`: of this page (0: not a numbered one) and of the last numbered page.
    `newer`, `older`: query parameters of the pages beside it; empty if there is none.
    `ranked`: number of newest matches that were ranked, if not all; else 0.
    `is_loose`: the terms match only where they are written apart.
    """

    counts: dict[str, int]
    most: dict[str, int]
    hits: list[Hit] = field(default_factory=list)
    number: int = 0
    numbers: int = 0
    newer: dict[str, str] = field(default_factory=dict)
    older: dict[str, str] = field(default_factory=dict)
    ranked: int = 0
    is_loose: bool = False

    def is_more(self, tab: str) -> bool:
        """Whether there are more matches than were counted."""
        return self.counts[tab] > self.most[tab]

    def counted(self, tab: str) -> int:
        """Return the number of matches, or the largest number that is counted."""
        return min(self.counts[tab], self.most[tab])


def read_page(arguments: dict[str, str]) -> ResultPage:
    """Return the page that the query string of an address names: `page`, or `before`, `after`, `oldest`.

    :raises ValueError: there can be no such page
    """
    values = {name: arguments[name] for name in PAGE_KEYS if name in arguments}
    if len(values) > 1 or not all(
        value.isascii() and value.isdigit() and len(value) < 20 for value in values.values()
    ):
        raise ValueError("not one page")
    numbers = {name: int(value) for name, value in values.items()}
    if (
        not 0 < numbers.get("page", 1) <= NUMBERED
        or numbers.get("oldest", 1) != 1
        or max(numbers.values(), default=0) >= LARGEST_ID
    ):
        raise ValueError("no such page")
    number = numbers.get("page", 1)
    return ResultPage(number, numbers.get("before"), numbers.get("after"), "oldest" in numbers)


class Cache(Protocol):
    """Returns the value cached under a name, or calls `render` for it."""

    def __call__(self, *name: Hashable, render: Callable[[], Any]) -> Any: ...


def _uncached(*_name: Hashable, render: Callable[[], Any]) -> Any:
    return render()


def find(query: SearchQuery, page: ResultPage, cached: Cache = _uncached) -> SearchResults | None:
    """Return a page of the results, or None if there is no such page.

    :param cached: caches the counts, which are the same on every page of a search
    :raises Refused: this database has no full-text index
    """
    if not search_index.is_supported(db.engine):
        raise Refused(_("Searching needs SQLite."), 503)
    most = {tab: COUNTED if tab == query.tab else COUNTED_BESIDE for tab in TABS}
    counted = {
        tab: _counted(_index_query(tab, query), most[tab], partial(cached, "found", tab, query.period))
        for tab in TABS
    }
    index_query = counted[query.tab][0]
    counts = {tab: count for tab, (_query, count) in counted.items()}
    results = SearchResults(counts, most, is_loose=index_query.loose)
    if query.order == "best":
        rowids = _best(index_query, page, results)
    elif page.is_numbered:
        rowids = _numbered(index_query, page, results)
    else:
        rowids = _by_rowid(index_query, page, results)
    if rowids is None:
        return None
    hits = _posts if query.tab == "posts" else _comments
    results.hits = hits(index_query.ids(rowids), words.pattern(query.terms, loose=index_query.loose))
    return results


def _index_query(tab: str, query: SearchQuery) -> IndexQuery:
    build = posts_query if tab == "posts" else comments_query
    return build(query.terms, query.section, PERIODS[query.period])


def _counted(index_query: IndexQuery, most: int, cached: Cache) -> tuple[IndexQuery, int]:
    """Return the query and its count; the loose one if only that has matches."""

    def count(query: IndexQuery) -> int:
        return cached(query.match(), most, render=lambda: query.count(most))

    if matches := count(index_query):
        return index_query, matches
    loose = replace(index_query, loose=True)
    matches = count(loose) if loose.match() != index_query.match() else 0
    return (loose, matches) if matches else (index_query, 0)


def _numbered(index_query: IndexQuery, page: ResultPage, results: SearchResults) -> list[int] | None:
    """Return the rowids of a numbered page. Reads no more rows than the numbered pages hold."""
    rowids = index_query.rowids(NUMBERED * PAGE + 1)
    if not _set_numbers(rowids, page, results):
        return None
    shown = rowids[(page.number - 1) * PAGE : page.number * PAGE]
    if page.number == NUMBERED and len(rowids) > NUMBERED * PAGE:
        results.older = {"before": str(shown[-1])}
    return shown


def _set_numbers(rowids: Sequence[int], page: ResultPage, results: SearchResults) -> bool:
    """Set the page numbers and the pages beside this one. False: there is no such page."""
    results.number = page.number
    results.numbers = min(NUMBERED, -(-len(rowids) // PAGE))
    if page.number > 1:
        results.newer = {"page": str(page.number - 1)}
    if page.number < results.numbers:
        results.older = {"page": str(page.number + 1)}
    return page.number <= max(1, results.numbers)


def _by_rowid(index_query: IndexQuery, page: ResultPage, results: SearchResults) -> list[int] | None:
    """Return the rowids of the page before or after a rowid, or of the oldest page."""
    if page.before is not None:
        rowids = index_query.rowids(PAGE + 1, before=page.before)
        has_newer, has_older = True, len(rowids) > PAGE
        shown = rowids[:PAGE]
    else:
        rowids = index_query.rowids(PAGE + 1, after=page.after, ascending=True)
        if len(rowids) <= PAGE and page.after is not None:  # at the newest: show the whole first page
            return _numbered(index_query, ResultPage(), results)
        has_newer, has_older = len(rowids) > PAGE, page.after is not None
        shown = rowids[:PAGE][::-1]
    if not shown:
        return None
    results.newer = {"after": str(shown[0])} if has_newer else {}
    results.older = {"before": str(shown[-1])} if has_older else {}
    return shown


def _best(index_query: IndexQuery, page: ResultPage, results: SearchResults) -> list[int] | None:
    """Rank by bm25: first the rows in which every term begins a word, then the others."""
    if not page.is_numbered:
        return None
    starts, anywhere = index_query.match(starts=True), index_query.match()
    rowids = _ranked(index_query, starts, NUMBERED * PAGE, results)
    matches = results.counts["posts" if index_query.index is search_index.POSTS else "comments"]
    if len(rowids) < min(NUMBERED * PAGE, matches):
        rowids += _ranked(index_query, f"({anywhere}) NOT ({starts})", NUMBERED * PAGE - len(rowids), results)
    shown = rowids[(page.number - 1) * PAGE : page.number * PAGE]
    return shown if _set_numbers(rowids, page, results) else None


def _ranked(index_query: IndexQuery, match: str, limit: int, results: SearchResults) -> list[int]:
    """Return the best of the newest RANKED matches."""
    newest = index_query.rowids(RANKED + 1, match=match)
    if len(newest) <= RANKED:
        return index_query.best(limit, match, None)
    results.ranked = RANKED
    return index_query.best(limit, match, newest[RANKED])


def _posts(ids: Sequence[int], pattern: re.Pattern[str]) -> list[Hit]:
    query = select(Post.id, Post.body).where(Post.id.in_(ids))
    bodies = {row.id: row.body for row in db.session.execute(query)} if ids else {}
    hits = [
        Hit(post, _excerpt(post, bodies.get(post.id, ""), pattern), pieces(post.title, pattern))
        for post in cards.in_order(ids)
    ]
    unmarked = [hit.post.id for hit in hits if not any(piece.is_hit for piece in (*hit.title, *hit.excerpt))]
    if not unmarked:
        return hits
    others = _tag_excerpts(unmarked, pattern) | _caption_excerpts(unmarked, pattern)
    return [hit._replace(excerpt=others.get(hit.post.id, hit.excerpt)) for hit in hits]


def _excerpt(post: PostCard, body: str, pattern: re.Pattern[str]) -> list[Piece]:
    """Return an excerpt of the body or of the subtitle, if one matches; else the summary."""
    for text in (from_html(body), post.subtitle):
        if words.spans(text, pattern):
            return excerpt(text, pattern)
    return pieces(post.summary, pattern)


def _caption_excerpts(post_ids: Sequence[int], pattern: re.Pattern[str]) -> dict[int, list[Piece]]:
    query = (
        select(Photo.post_id, Photo.caption)
        .where(Photo.post_id.in_(post_ids), Photo.caption != "")
        .order_by(Photo.id)
    )
    return first_matches(((post_id or 0, caption) for post_id, caption in db.session.execute(query)), pattern)


def _tag_excerpts(post_ids: Sequence[int], pattern: re.Pattern[str]) -> dict[int, list[Piece]]:
    query = (
        select(PostTag.post_id, Tag.name)
        .join(PostTag.tag)
        .where(PostTag.post_id.in_(post_ids))
        .order_by(PostTag.position)
    )
    return first_matches(((post_id, f"#{name}") for post_id, name in db.session.execute(query)), pattern)


def _comments(ids: Sequence[int], pattern: re.Pattern[str]) -> list[Hit]:
    return [
        Hit(comment.post, excerpt(single_spaced(comment.body), pattern), comment=comment)
        for comment in threads.by_ids(ids)
    ]
