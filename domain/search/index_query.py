"""Queries of the full-text index: a match, within a range of rowids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text

from database import db
from domain.paper import sections
from domain.reading.masthead import SectionCard
from domain.search import search_index
from domain.search.search_index import SECOND, Index, token, with_ids
from lib.text import words
from lib.web.paging import LARGEST_ID
from models import Post, now

Terms = Sequence[words.Term]
# Weights of title, subtitle, tags, body, byline and captions. The last column, `place`, holds no text.
_RANK = {
    "post_search": "bm25(post_search, 8, 4, 3, 1, 2, 1, 0)",
    "comment_search": "bm25(comment_search, 1, 0)",
}


@dataclass(frozen=True)
class IndexQuery:
    """The rows of an index that match all terms, from rowid `lower` to before `upper`.

    :param scope: part of the MATCH expression, which limits the section and leaves out hidden articles
    :param hidden: rowids to leave out: articles that appear later in the present second
    :param loose: also match words that are written apart
    """

    index: Index
    terms: Terms
    scope: str
    lower: int
    upper: int
    hidden: tuple[int, ...] = ()
    loose: bool = False

    def match(self, *, starts: bool = False) -> str:
        return f"({words.match(list(self.terms), starts=starts, loose=self.loose)}){self.scope}"

    def count(self, most: int) -> int:
        """Return the number of matches, or `most` + 1: counting all would cost more every year."""
        return self._run("1", self.match(), f"LIMIT {most + 1}", whole="SELECT count(*) FROM ({})")[0]

    def rowids(
        self,
        limit: int,
        *,
        match: str = "",
        before: int | None = None,
        after: int | None = None,
        ascending: bool = False,
    ) -> list[int]:
        """See SelectKeys. Only rows that match `match` if it is set."""
        order = "rowid" if ascending else "rowid DESC"
        return self._run("rowid", match or self.match(), f"ORDER BY {order} LIMIT {limit}", before, after)

    def best(self, limit: int, match: str, after: int | None) -> list[int]:
        order = f"ORDER BY {_RANK[self.index.table]}, rowid DESC LIMIT {limit}"
        return self._run("rowid", match, order, None, after)

    def ids(self, rowids: Sequence[int]) -> list[int]:
        """Return the ids of the articles or comments of these rows, in their order."""
        ids = self.ids_by_rowid(rowids)
        return [ids[rowid] for rowid in rowids if rowid in ids]

    def ids_by_rowid(self, rowids: Sequence[int]) -> dict[int, int]:
        query = with_ids(f"SELECT place, source_id FROM {self.index.rowid_table} WHERE place IN :ids")
        return {rowid: source_id for rowid, source_id in db.session.execute(query, {"ids": rowids})}

    def _run(
        self,
        column: str,
        match: str,
        tail: str,
        before: int | None = None,
        after: int | None = None,
        whole: str = "{}",
    ) -> list[int]:
        table = self.index.table
        hidden = f"AND rowid NOT IN ({', '.join(map(str, self.hidden))})" if self.hidden else ""
        query = (
            f"SELECT {column} FROM {table} WHERE {table} MATCH :match"
            f" AND rowid >= :lower AND rowid < :upper {hidden} {tail}"
        )
        parameters = {
            "match": match,
            "lower": self.lower if after is None else max(self.lower, after + 1),
            "upper": self.upper if before is None else min(self.upper, before),
        }
        return list(db.session.scalars(text(whole.format(query)), parameters))


def posts_query(terms: Terms, section: SectionCard | None, period: timedelta | None) -> IndexQuery:
    at = now()
    hidden = _about_to_appear(at)
    return IndexQuery(search_index.POSTS, terms, _scope(section), *_range(at, period), hidden)


def comments_query(terms: Terms, section: SectionCard | None, period: timedelta | None) -> IndexQuery:
    at = now()
    return IndexQuery(search_index.COMMENTS, terms, _scope(section) + _not_scheduled(at), *_range(at, period))


def _range(at: datetime, period: timedelta | None) -> tuple[int, int]:
    lower = search_index.first_rowid(at - period) if period else -LARGEST_ID
    return lower, search_index.first_rowid(at) + SECOND


def _scope(section: SectionCard | None) -> str:
    return search_index.in_sections(sections.ids_within(section.id)) if section else ""


def _about_to_appear(at: datetime) -> tuple[int, ...]:
    """Return the rowids of articles that appear later in this second: rowids only tell seconds apart."""
    end = at.replace(microsecond=0) + timedelta(seconds=1)
    soon = (Post.published_at > at, Post.published_at < end, Post.deleted_at.is_(None))
    if not (ids := db.session.scalars(select(Post.id).where(*soon)).all()):
        return ()
    query = with_ids("SELECT place FROM post_search_places WHERE source_id IN :ids")
    return tuple(db.session.scalars(query, {"ids": ids}))


def _not_scheduled(at: datetime) -> str:
    """Return a MATCH expression that leaves out the comments of articles withdrawn until a later moment."""
    is_scheduled = (Post.published_at > at, Post.deleted_at.is_(None))
    scheduled = select(Post.id).where(*is_scheduled, Post.comment_count > 0)
    tokens = ['"' + token("p", post_id) + '"' for post_id in db.session.scalars(scheduled)]
    return f" NOT ({' OR '.join(tokens)})" if tokens else ""
