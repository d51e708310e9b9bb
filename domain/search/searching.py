"""Search in articles and comments: counts, the newest or the best matches, with the terms marked."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
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
from domain.search.excerpts import Piece, excerpt, first_matches, match, pieces
from domain.search.index_query import IndexQuery, comments_query, posts_query
from lib.text import words
from lib.text.plain import from_html, single_spaced
from lib.web import paging
from lib.web.paging import ListPage, PageRequest
from models import Post, Refused

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
    `ranked`: number of newest matches that were ranked, if not all; else 0.
    `is_loose`: the terms match only where they are written apart.
    """

    counts: dict[str, int]
    most: dict[str, int]
    page: ListPage = field(default_factory=lambda: ListPage([]))
    hits: list[Hit] = field(default_factory=list)
    ranked: int = 0
    is_loose: bool = False

    def is_more(self, tab: str) -> bool:
        """Whether there are more matches than were counted."""
        return self.counts[tab] > self.most[tab]

    def counted(self, tab: str) -> int:
        """Return the number of matches, or the largest number that is counted."""
        return min(self.counts[tab], self.most[tab])


def read_page(arguments: Mapping[str, str]) -> PageRequest | None:
    """Return the page that an address names by its number or the rowid of a row; None if invalid."""
    values = {name: arguments[name] for name in PAGE_KEYS if name in arguments}
    return paging.read(values, paging.rowid)


class Cache(Protocol):
    """Returns the value cached under a name, or calls `render` for it."""

    def __call__(self, *name: Hashable, render: Callable[[], Any]) -> Any: ...


def _uncached(*_name: Hashable, render: Callable[[], Any]) -> Any:
    return render()


def find(query: SearchQuery, request: PageRequest, cached: Cache = _uncached) -> SearchResults | None:
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
    is_best = query.order == "best"
    page = _best(index_query, request, results) if is_best else paging.find(request, index_query.rowids)
    if page is None:
        return None
    hits = _posts if query.tab == "posts" else _comments
    pattern = words.pattern(query.terms, loose=index_query.loose)
    results.page, results.hits = page, hits(index_query.ids(page.keys), pattern)
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


def _best(index_query: IndexQuery, request: PageRequest, results: SearchResults) -> ListPage | None:
    """Rank by bm25: first the rows in which every term begins a word, then the others."""
    if not request.is_numbered:
        return None
    starts, anywhere, limit = (
        index_query.match(starts=True),
        index_query.match(),
        paging.NUMBERED * paging.PAGE,
    )
    rowids = _ranked(index_query, starts, limit, results)
    if len(rowids) < limit:
        rowids += _ranked(index_query, f"({anywhere}) NOT ({starts})", limit - len(rowids), results)
    return paging.numbered(rowids, request.page)


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
    captions = first_matches(search_index.captions(unmarked), pattern)
    tags = ((post_id, f"#{name}") for post_id, name in search_index.tags(unmarked))
    bylines = ((hit.post.id, hit.post.byline) for hit in hits if isinstance(hit.post, PostCard))
    others = first_matches(bylines, pattern) | first_matches(tags, pattern) | captions
    return [hit._replace(excerpt=others.get(hit.post.id, hit.excerpt)) for hit in hits]


def _excerpt(post: PostCard, body: str, pattern: re.Pattern[str]) -> list[Piece]:
    """Return an excerpt of the body or of the subtitle, if one matches; else the summary."""
    found = match(from_html(body), pattern) or match(post.subtitle, pattern)
    return found or pieces(post.summary, pattern)


def _comments(ids: Sequence[int], pattern: re.Pattern[str]) -> list[Hit]:
    return [
        Hit(comment.post, excerpt(single_spaced(comment.body), pattern), comment=comment)
        for comment in threads.by_ids(ids)
    ]
