"""The queue of comments at the desk: those that wait, all of them, hidden ones, spam; found by words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, or_, select
from sqlalchemy.orm import aliased

from database import db
from domain.moderation import rules
from domain.search import search_index
from domain.search.index_query import comments_query
from lib.text import folding, plain, words
from lib.web import paging
from lib.web.paging import EPOCH, LARGEST_ID, Key, ListPage, PageRequest
from models import Comment, Member, Post, digest

TABS = ("held", "all", "hidden", "spam")
MOST_COUNTED = 100
SCANNED = 2000  # newest comments of a tab, or of an author, that are searched for words without an index
FOUND = 50  # of those that are shown


@dataclass(frozen=True)
class QueueQuery:
    """What to list. `words` and `author`, a nickname or a username, are as they were typed."""

    tab: str
    words: str = ""
    author: str = ""


@dataclass(frozen=True)
class QueueLine:
    """A comment with what the editor needs to decide."""

    id: int
    post_id: int
    member_id: int
    parent_id: int | None
    body: str
    links: list[list[int]] | None
    secret: bool
    created_at: datetime
    edited_at: datetime | None
    held_at: datetime | None
    held_for: str
    hidden_at: datetime | None
    hidden_for: str
    hidden_reason: str
    nickname: str
    is_editor: bool
    left_at: datetime | None
    closed_at: datetime | None
    title: str
    earlier: int  # comments of this author before it, counted up to MOST_COUNTED

    @property
    def text_version(self) -> str:
        """Tells the text that the editor has read from one that was edited since."""
        return text_version(self.body)

    @property
    def reasons(self) -> list[str]:
        """Why it waits, in words."""
        return rules.explain(self.held_for) if self.held_at else []

    @property
    def path(self) -> str:
        return f"/posts/{self.post_id}?comment={self.id}#comment-{self.id}"


@dataclass
class QueuePage:
    """The comments of a page, and the pages beside it.

    `scanned`: how many of the newest were searched, where no index could be; else 0.
    `is_unknown`: nobody has the name of the author.
    """

    page: ListPage = field(default_factory=lambda: ListPage([]))
    lines: list[QueueLine] = field(default_factory=list)
    scanned: int = 0
    is_unknown: bool = False


def text_version(body: str) -> str:
    return digest(body)[:12]


def held_count() -> int:
    """Number of comments that wait, counted up to MOST_COUNTED."""
    held = select(Comment.id).where(*_IN_TAB["held"]).limit(literal_column(str(MOST_COUNTED))).subquery()
    return db.session.scalar(select(func.count()).select_from(held)) or 0


def find(query: QueueQuery, request: PageRequest) -> QueuePage | None:
    """Return a page of the queue, or None if it has no such page."""
    author_id = None
    if query.author:
        author_id = _author_id(query.author)
        if author_id is None:
            return QueuePage(is_unknown=True)
    terms = words.terms(query.words[:100])
    if not terms:
        page = paging.find(request, _Keys(query.tab, author_id))
        return page and QueuePage(page, _lines(key.id for key in page.keys))
    if query.tab == "all" and author_id is None and search_index.is_supported(db.engine):
        return _search(terms, request)
    return _scan(query, author_id)


_THERE = (Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
_HIDDEN = (Comment.deleted_at.is_(None), Comment.hidden_at.is_not(None))
_IN_TAB: dict[str, tuple[Any, ...]] = {
    "held": (Comment.held_at.is_not(None), *_THERE),
    "all": (Comment.deleted_at.is_(None),),
    "hidden": (*_HIDDEN, Comment.hidden_for.in_(("rules", "hold"))),
    "spam": (*_HIDDEN, Comment.hidden_for == "spam"),
}
_MOMENTS = {"held": Comment.held_at, "hidden": Comment.hidden_at, "spam": Comment.hidden_at}


@dataclass(frozen=True)
class _Keys:
    """Selects the keys of a tab: by the moment of its state; of all or of an author by their ids."""

    tab: str
    author_id: int | None = None

    def __call__(
        self, limit: int, *, before: Key | None = None, after: Key | None = None, ascending: bool = False
    ) -> list[Key]:
        if self.author_id is not None or self.tab == "all":
            return self._by_id(limit, before, after, ascending)
        kinds = {"hidden": ("rules", "hold"), "spam": ("spam",)}.get(self.tab, ("",))
        keys = [key for kind in kinds for key in self._by_moment(kind, limit, before, after, ascending)]
        return sorted(keys, reverse=not ascending)[:limit]

    def _by_id(self, limit: int, before: Key | None, after: Key | None, ascending: bool) -> list[Key]:
        query = select(Comment.created_at, Comment.id).where(*_IN_TAB[self.tab])
        query = query.where(Comment.id < (before.id if before else LARGEST_ID))
        query = query.where(Comment.id > (after.id if after else 0))
        if self.author_id is not None:
            query = query.where(Comment.member_id == self.author_id)
        query = query.order_by(Comment.id if ascending else Comment.id.desc())
        return [Key(*row) for row in db.session.execute(query.limit(literal_column(str(limit))))]

    def _by_moment(
        self, kind: str, limit: int, before: Key | None, after: Key | None, ascending: bool
    ) -> list[Key]:
        """Those that are hidden for one kind of reason, or, with an empty one, those that wait."""
        moment = _MOMENTS[self.tab]
        query = select(moment, Comment.id).where(*(_HIDDEN if kind else _IN_TAB["held"]))
        if kind:
            query = query.where(Comment.hidden_for == kind)
        for key, is_before in ((before, True), (after, False)):
            if key:
                beside = moment < key.moment if is_before else moment > key.moment
                of_id = Comment.id < key.id if is_before else Comment.id > key.id
                reached = moment <= key.moment if is_before else moment >= key.moment
                query = query.where(reached, or_(beside, of_id))
        order = (moment, Comment.id) if ascending else (moment.desc(), Comment.id.desc())
        query = query.order_by(*order).limit(literal_column(str(limit)))
        return [Key(*row) for row in db.session.execute(query)]


def _author_id(name: str) -> int | None:
    key = plain.key(name)
    for column in (Member.nickname_key, Member.username_key):
        if (member_id := db.session.scalar(select(Member.id).where(column == key))) is not None:
            return member_id
    return None


def _search(terms: list[words.Term], request: PageRequest) -> QueuePage | None:
    """Search what everybody may read: only that is in the index."""
    search = comments_query(terms, None, None)

    def keys(
        limit: int, *, before: Key | None = None, after: Key | None = None, ascending: bool = False
    ) -> list[Key]:
        rowids = search.rowids(
            limit, before=before and before.id, after=after and after.id, ascending=ascending
        )
        return [Key(EPOCH, rowid) for rowid in rowids]

    page = paging.find(request, keys)
    return page and QueuePage(page, _lines(search.ids([key.id for key in page.keys])))


def _scan(query: QueueQuery, author_id: int | None) -> QueuePage:
    """Search the newest comments of a tab or an author one by one."""
    wanted = [folding.fold(word) for word in query.words[:100].split()]
    keys = _Keys(query.tab, author_id)(SCANNED)
    bodies = select(Comment.id, Comment.body).where(Comment.id.in_([key.id for key in keys]))
    found = set()
    for comment_id, body in db.session.execute(bodies):
        folded = folding.fold(body)
        if all(word in folded for word in wanted):
            found.add(comment_id)
    ids = [key.id for key in keys if key.id in found][:FOUND]
    return QueuePage(lines=_lines(ids), scanned=len(keys))


_earlier = aliased(Comment)
_EARLIER = (
    select(func.count())
    .select_from(
        select(_earlier.id)
        .where(_earlier.member_id == Comment.member_id, _earlier.id < Comment.id)
        .limit(literal_column(str(MOST_COUNTED)))
        .correlate(Comment)
        .subquery()
    )
    .scalar_subquery()
)
_LINES = (
    select(
        Comment.id, Comment.post_id, Comment.member_id, Comment.parent_id, Comment.body, Comment.links,
        Comment.secret, Comment.created_at, Comment.edited_at, Comment.held_at, Comment.held_for,
        Comment.hidden_at, Comment.hidden_for, Comment.hidden_reason, Member.nickname, Member.is_editor,
        Member.left_at, Member.closed_at, Post.title, _EARLIER,
    )
    .join(Member, Member.id == Comment.member_id)
    .join(Post, Post.id == Comment.post_id)
)  # fmt: skip


def _lines(ids: Iterable[int]) -> list[QueueLine]:
    """The lines of these comments, in their order."""
    wanted = list(ids)
    rows = db.session.execute(_LINES.where(Comment.id.in_(wanted))) if wanted else ()
    lines = {row[0]: QueueLine(*row) for row in rows}
    return [lines[comment_id] for comment_id in wanted if comment_id in lines]
