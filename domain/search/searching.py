"""What a neighbour searches for, in articles and comments: how many there are, the newest or the best of them, the words marked."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache, partial
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

from flask_babel import gettext as _
from sqlalchemy import bindparam, select, text

from database import UTCDateTime, db
from database.statement import AT, Statement
from domain.reading import cards, threads
from domain.search import search_index
from domain.search.search_index import SECOND, Kind, token
from lib.text import words
from lib.text.plain import from_html, single_spaced
from lib.web.paging import LARGEST_ID, NUMBERED
from models import Comment, Photo, Post, PostTag, Refused, Section, Tag, now

PAGE = 20  # hits on a page
LONGEST = 100  # characters of a query that are looked for
EXCERPT = 160  # characters
BEFORE = 36  # of them before the first word that was found
COUNTED = 10_000  # hits that are counted; where there are more, that is what is said
COUNTED_BESIDE = 1000  # of the tab that is not looked at
RANKED = 3000  # hits that are compared for the best ones; where there are more, the newest of them
PERIODS = {
    "all": None,
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=31),
    "year": timedelta(days=366),
}
PLACES = ("page", "before", "after", "oldest")  # keys of an address that `place` knows
ORDERS = ("newest", "best")
TABS = ("posts", "comments")
# How much a word weighs where it stands: title, subtitle, tags, body, byline, captions; the last column holds no words.
_BEST = {
    "post_search": "bm25(post_search, 8, 4, 3, 1, 2, 1, 0)",
    "comment_search": "bm25(comment_search, 1, 0)",
}


@dataclass(frozen=True)
class Asked:
    """What is searched for, and where.

    :param period: one of PERIODS; `order` one of ORDERS; `tab` one of TABS
    """

    query: str
    section: Section | None = None
    period: str = "all"
    order: str = "newest"
    tab: str = "posts"

    @property
    def terms(self) -> list[words.Term]:
        return words.terms(self.query[:LONGEST])

    @property
    def is_cut(self) -> bool:
        return len(self.query) > LONGEST


@dataclass(frozen=True)
class Place:
    """The part of the hits that is wanted: a numbered page, or what stands before or after a row of the index, or the oldest."""

    page: int = 1
    before: int | None = None
    after: int | None = None
    oldest: bool = False

    @property
    def is_numbered(self) -> bool:
        return self == Place(page=self.page)


class Piece(NamedTuple):
    """Some text, which was asked for or stands around it."""

    text: str
    is_hit: bool = False


class Hit(NamedTuple):
    """An article, or a comment with its article, and what of it is shown."""

    post: Post
    excerpt: list[Piece]
    title: Sequence[Piece] = ()
    comment: Comment | None = None


@dataclass
class Found:
    """A part of the hits.

    `counts`: one more than `most`, which are counted, where there are more.
    `newer`, `older`: the queries of the parts beside it, empty where there is none.
    `ranked`: among how many the best were looked for, where there are more; 0 where every one was compared.
    `is_loose`: just as it was asked nothing was found, but written apart.
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
        """Whether there are more than were counted."""
        return self.counts[tab] > self.most[tab]

    def counted(self, tab: str) -> int:
        """How many there are, or at least."""
        return min(self.counts[tab], self.most[tab])


def place(query: dict[str, str]) -> Place:
    """What an address asks for: `page`, or `before`, `after`, `oldest`.

    :raises ValueError: no part of any list
    """
    given = {name: query[name] for name in PLACES if name in query}
    if len(given) > 1 or not all(
        value.isascii() and value.isdigit() and len(value) < 20 for value in given.values()
    ):
        raise ValueError("not one place")
    numbers = {name: int(value) for name, value in given.items()}
    if (
        not 0 < numbers.get("page", 1) <= NUMBERED
        or numbers.get("oldest", 1) != 1
        or max(numbers.values(), default=0) >= LARGEST_ID
    ):
        raise ValueError("no such place")
    return Place(numbers.get("page", 1), numbers.get("before"), numbers.get("after"), "oldest" in numbers)


class Keep(Protocol):
    """Gives what `make` makes, or made shortly before from the same news under the same name."""

    def __call__(self, *name: Hashable, render: Callable[[], Any]) -> Any: ...


def _anew(*_name: Hashable, render: Callable[[], Any]) -> Any:
    return render()


def find(asked: Asked, wanted: Place, keep: Keep = _anew) -> Found | None:
    """The part of the hits that is wanted; none where there is no such part.

    :param keep: for how many there are: the same on every page of a search, and for everybody who searches for the same
    :raises Refused: this database has no index
    """
    if not search_index.is_kept(db.engine):
        raise Refused(_("Searching needs SQLite."), 503)
    most = {tab: COUNTED if tab == asked.tab else COUNTED_BESIDE for tab in TABS}
    counted = {
        tab: _counted(_Walk.of(tab, asked), most[tab], partial(keep, "found", tab, asked.period))
        for tab in TABS
    }
    walk = counted[asked.tab][0]
    found = Found({tab: count for tab, (_walk, count) in counted.items()}, most, is_loose=walk.loose)
    if asked.order == "best":
        rows = _best(walk, wanted, found)
    else:
        rows = _numbered(walk, wanted, found) if wanted.is_numbered else _beyond(walk, wanted, found)
    if rows is None:
        return None
    show = _posts if asked.tab == "posts" else _comments
    found.hits = show(walk.ids(rows), words.pattern(asked.terms, loose=walk.loose))
    return found


def _counted(walk: "_Walk", most: int, keep: Keep) -> tuple["_Walk", int]:
    """A way through an index and how many it meets; where that is nobody, the loose way, if it meets somebody."""

    def count(way: _Walk) -> int:
        return keep(way.match(), most, render=lambda: way.count(most))

    if found := count(walk):
        return walk, found
    loose = replace(walk, loose=True)
    found = count(loose) if loose.match() != walk.match() else 0
    return (loose, found) if found else (walk, 0)


@dataclass(frozen=True)
class _Walk:
    """A way through an index: what matches, between two of its rows."""

    kind: Kind
    terms: Sequence[words.Term]
    only: str  # what every row's section must hold; and what it must not
    lower: int
    upper: int
    hidden: tuple[int, ...] = ()  # rows whose moment comes before this second is over
    loose: bool = False  # words written apart are met, too

    @classmethod
    def of(cls, tab: str, asked: Asked) -> "_Walk":
        present, period = now(), PERIODS[asked.period]
        lower = search_index.place(present - period) if period else -LARGEST_ID
        upper = search_index.place(present) + SECOND
        where = f' AND "{_place_of(asked.section)}"' if asked.section else ""
        if tab == "posts":
            return cls(search_index.POSTS, asked.terms, where, lower, upper, _about_to_appear(present))
        return cls(search_index.COMMENTS, asked.terms, where + _not_yet(present), lower, upper)

    def match(self, *, starts: bool = False) -> str:
        return f"({words.match(list(self.terms), starts=starts, loose=self.loose)}){self.only}"

    def count(self, most: int) -> int:
        """How many match; one more than `most` where they are more: counting further would cost more with every year."""
        return self._ask("1", self.match(), f"LIMIT {most + 1}", whole="SELECT count(*) FROM ({})")[0]

    def rows(
        self,
        limit: int,
        *,
        match: str = "",
        before: int | None = None,
        after: int | None = None,
        up: bool = False,
    ) -> list[int]:
        """Rows newest first; oldest first where `up`."""
        order = "rowid" if up else "rowid DESC"
        return self._ask("rowid", match or self.match(), f"ORDER BY {order} LIMIT {limit}", before, after)

    def best(self, limit: int, match: str, after: int | None) -> list[int]:
        order = f"ORDER BY {_BEST[self.kind.table]}, rowid DESC LIMIT {limit}"
        return self._ask("rowid", match, order, None, after)

    def ids(self, rows: Sequence[int]) -> list[int]:
        """The articles or comments of these rows, in their order."""
        known = dict(_sources(self.kind)(rows=rows))
        return [known[row] for row in rows if row in known]

    def _ask(
        self,
        what: str,
        match: str,
        tail: str = "",
        before: int | None = None,
        after: int | None = None,
        whole: str = "{}",
    ) -> list[int]:
        table = self.kind.table
        lower = self.lower if after is None else max(self.lower, after + 1)
        upper = self.upper if before is None else min(self.upper, before)
        hidden = f"AND rowid NOT IN ({', '.join(map(str, self.hidden))})" if self.hidden else ""
        question = f"SELECT {what} FROM {table} WHERE {table} MATCH :match AND rowid >= :lower AND rowid < :upper {hidden} {tail}"
        return [found for (found,) in _asked(whole.format(question))(match=match, lower=lower, upper=upper)]


@lru_cache(100)
def _asked(question: str) -> Statement:
    return Statement(text(question))


@cache
def _sources(kind: Kind) -> Statement:
    question = text(f"SELECT place, source_id FROM {kind.places} WHERE place IN :rows")
    return Statement(question.bindparams(bindparam("rows", expanding=True)))


def _place_of(section: Section) -> str:
    return token("g" if section.is_group else "s", section.id)


def _about_to_appear(present: datetime) -> tuple[int, ...]:
    """The index tells moments by the second: articles of this one whose moment is still to come."""
    soon = present.replace(microsecond=0) + timedelta(seconds=1)
    places = (_PLACE_OF(id=post_id) for (post_id,) in _SOON(now=present, soon=soon))
    return tuple(rows[0][0] for rows in places if rows)


_TO_APPEAR = (Post.published_at > AT, Post.deleted_at.is_(None))
_SOON = Statement(
    select(Post.id).where(*_TO_APPEAR, Post.published_at < bindparam("soon", type_=UTCDateTime))
)
_PLACE_OF = Statement(text("SELECT place FROM post_search_places WHERE source_id = :id"))
_TO_COME = Statement(select(Post.id).where(*_TO_APPEAR, Post.comment_count > 0))


def _not_yet(present: datetime) -> str:
    """Leaves out the comments of articles that were taken back until a later moment."""
    tokens = ['"' + token("p", post_id) + '"' for (post_id,) in _TO_COME(now=present)]
    return f" NOT ({' OR '.join(tokens)})" if tokens else ""


def _numbered(walk: _Walk, wanted: Place, found: Found) -> list[int] | None:
    """A page near the start: of no more rows than the numbered pages hold."""
    rows = walk.rows(NUMBERED * PAGE + 1)
    if not _number(rows, wanted, found):
        return None
    shown = rows[(wanted.page - 1) * PAGE : wanted.page * PAGE]
    if wanted.page == NUMBERED and len(rows) > NUMBERED * PAGE:
        found.older = {"before": str(shown[-1])}
    return shown


def _number(rows: Sequence[int], wanted: Place, found: Found) -> bool:
    """Which pages have a number; whether the wanted one does."""
    found.number = wanted.page
    found.numbers = min(NUMBERED, -(-len(rows) // PAGE))
    if wanted.page > 1:
        found.newer = {"page": str(wanted.page - 1)}
    if wanted.page < found.numbers:
        found.older = {"page": str(wanted.page + 1)}
    return wanted.page <= max(1, found.numbers)


def _beyond(walk: _Walk, wanted: Place, found: Found) -> list[int] | None:
    if wanted.before is not None:
        rows = walk.rows(PAGE + 1, before=wanted.before)
        more_above, more_below = True, len(rows) > PAGE
        shown = rows[:PAGE]
    else:
        rows = walk.rows(PAGE + 1, after=wanted.after, up=True)
        if len(rows) <= PAGE and wanted.after is not None:  # the top is reached: a whole page of it
            return _numbered(walk, Place(), found)
        more_above, more_below = len(rows) > PAGE, wanted.after is not None
        shown = rows[:PAGE][::-1]
    if not shown:
        return None
    found.newer = {"after": str(shown[0])} if more_above else {}
    found.older = {"before": str(shown[-1])} if more_below else {}
    return shown


def _best(walk: _Walk, wanted: Place, found: Found) -> list[int] | None:
    """The best ones: where every word begins a word before those where it stands within one; each by bm25."""
    if not wanted.is_numbered:
        return None
    starts, anywhere = walk.match(starts=True), walk.match()
    rows = _ranked(walk, starts, NUMBERED * PAGE, found)
    if (
        len(rows) < NUMBERED * PAGE
        and len(rows) < found.counts["posts" if walk.kind is search_index.POSTS else "comments"]
    ):
        rows += _ranked(walk, f"({anywhere}) NOT ({starts})", NUMBERED * PAGE - len(rows), found)
    return rows[(wanted.page - 1) * PAGE : wanted.page * PAGE] if _number(rows, wanted, found) else None


def _ranked(walk: _Walk, match: str, limit: int, found: Found) -> list[int]:
    """The best of the newest RANKED that match."""
    newest = walk.rows(RANKED + 1, match=match)
    if len(newest) <= RANKED:
        return walk.best(limit, match, None)
    found.ranked = RANKED
    return walk.best(limit, match, newest[RANKED])


def _posts(ids: Sequence[int], wanted: re.Pattern[str]) -> list[Hit]:
    shown = cards.in_order(ids)
    hits = [Hit(post, _excerpt_of(post, wanted), _pieces(post.title, wanted)) for post in shown]
    silent = [hit.post.id for hit in hits if not any(piece.is_hit for piece in (*hit.title, *hit.excerpt))]
    said = _tags(silent, wanted) | _captions(silent, wanted)
    return [Hit(hit.post, said.get(hit.post.id, hit.excerpt), hit.title) for hit in hits]


def _excerpt_of(post: Post, wanted: re.Pattern[str]) -> list[Piece]:
    """What stands around the words in the text, else in the subtitle; else the summary."""
    for said in (
        from_html(db.session.scalar(select(Post.body).where(Post.id == post.id)) or ""),
        post.subtitle,
    ):
        if words.spans(said, wanted):
            return excerpt(said, wanted)
    return _pieces(post.summary, wanted)


def _captions(post_ids: Sequence[int], wanted: re.Pattern[str]) -> dict[int, list[Piece]]:
    """What is written under the photos of these articles, where it holds what is wanted."""
    return _first(_CAPTIONS(post_ids=post_ids) if post_ids else (), wanted)


def _tags(post_ids: Sequence[int], wanted: re.Pattern[str]) -> dict[int, list[Piece]]:
    """The tag of these articles that holds what is wanted."""
    rows = _TAGS(post_ids=post_ids) if post_ids else ()
    return _first([(post_id, f"#{name}") for post_id, name in rows], wanted)


_THESE = bindparam("post_ids", expanding=True)
_CAPTIONS = Statement(
    select(Photo.post_id, Photo.caption)
    .where(Photo.post_id.in_(_THESE), Photo.caption != "")
    .order_by(Photo.id)
)
_TAGS = Statement(
    select(PostTag.post_id, Tag.name)
    .join(PostTag.tag)
    .where(PostTag.post_id.in_(_THESE))
    .order_by(PostTag.position)
)


def _first(rows: Iterable[Any], wanted: re.Pattern[str]) -> dict[int, list[Piece]]:
    """Of what belongs to each article, the first that holds what is wanted."""
    found: dict[int, list[Piece]] = {}
    for post_id, said in rows:
        if post_id not in found and words.spans(said, wanted):
            found[post_id] = excerpt(said, wanted)
    return found


def _comments(ids: Sequence[int], wanted: re.Pattern[str]) -> list[Hit]:
    shown = threads.by_ids(ids)
    return [
        Hit(comment.post, excerpt(single_spaced(comment.body), wanted), comment=comment) for comment in shown
    ]


def excerpt(said: str, wanted: re.Pattern[str]) -> list[Piece]:
    """At most EXCERPT characters of a text, from shortly before the first words that are wanted, cut at spaces."""
    places = words.spans(said, wanted)
    first = max(0, (places[0][0] if places else 0) - BEFORE)
    if first:
        first = (said.find(" ", first, places[0][0]) + 1) or first
    end = first + EXCERPT
    if end < len(said):
        end = max(said.rfind(" ", first + EXCERPT * 2 // 3, end), end - LONGEST // 5)
    cut = said[first:end].strip()
    return [Piece("… ")] * (first > 0) + _pieces(cut, wanted) + [Piece(" …")] * (end < len(said))


def _pieces(said: str, wanted: re.Pattern[str]) -> list[Piece]:
    edges = [0, *(edge for span in words.spans(said, wanted) for edge in span), len(said)]
    return [
        Piece(said[start:end], place % 2 == 1)
        for place, (start, end) in enumerate(pairwise(edges))
        if end > start
    ]
