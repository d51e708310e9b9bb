"""The index of search, kept in step with articles and comments in the transaction that changes them.

A row's number in the index says when its article appears: seconds since 1970 and ten bits to tell those of one second apart. So the
index is walked newest first, a period is a range of it, a scheduled article is found from its moment on, and nothing has to be joined.
`…_places` knows which number belongs to which article or comment. A row's column `place` holds its section and group as tokens.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, event, inspect, select, text
from sqlalchemy.orm import Session

from database import db
from lib import words
from lib.paging import EPOCH
from lib.text import plain
from models import Comment, Photo, Post, PostTag, Tag

SECOND = 1 << 10  # numbers for the articles of one second
BATCH = 200  # rows read at once
_TOGETHER = 500  # rows of one transaction of a reindex
_PAGES = 500  # of the index, merged in one transaction
_WORDS = ("title", "subtitle", "body", "byline", "photos")
_WHERE = ("section_id", "group_id", "published_at", "deleted_at")
_COMMENT = ("body", "secret", "deleted_at", "post_id", "created_at")


@dataclass(frozen=True)
class Kind:
    """An index: its table, the table it is made of, the columns with words."""

    table: str
    source: str
    columns: tuple[str, ...]

    @property
    def places(self) -> str:
        return f"{self.table}_places"


POSTS = Kind("post_search", "posts", ("title", "subtitle", "tags", "body", "byline", "captions"))
COMMENTS = Kind("comment_search", "comments", ("body",))


def place(moment: datetime) -> int:
    """The first number of a moment's second."""
    return (moment - EPOCH) // timedelta(seconds=1) * SECOND


def is_kept(connection: Connection | Engine) -> bool:
    """Whether this database has the index: SQLite's full-text tables."""
    return connection.dialect.name == "sqlite"


def token(letter: str, number: int) -> str:
    """What a section (s), a group (g), an article (p) is found by; no query of a reader can hold it."""
    return f"{words.START}{letter}{number}"


def put_posts(connection: Connection, ids: Sequence[int]) -> None:
    """Index these articles anew; a draft or a deleted one is taken out."""
    _take_out(connection, POSTS, ids)
    columns = (Post.id, Post.title, Post.subtitle, Post.body, Post.byline, Post.section_id, Post.group_id, Post.published_at)
    question = select(*columns).where(Post.published_at.is_not(None), Post.deleted_at.is_(None)).order_by(Post.id)
    for some in _batches(ids):
        captions, tags = _captions(connection, some), _tags(connection, some)
        for post in connection.execute(question.where(Post.id.in_(some))).all():
            said = {"title": post.title, "subtitle": post.subtitle, "body": plain(post.body), "byline": post.byline}
            where = f"{token('s', post.section_id)} {token('g', post.group_id)}"
            said |= {"tags": tags.get(post.id, ""), "captions": captions.get(post.id, "")}
            _put(connection, POSTS, post.id, post.published_at, where, said)


_COMMENTS = (
    select(Comment.id, Comment.body, Comment.created_at, Comment.post_id, Post.section_id, Post.group_id)
    .join(Post, Post.id == Comment.post_id)
    .where(Comment.secret.is_(False), Comment.deleted_at.is_(None), Post.published_at.is_not(None), Post.deleted_at.is_(None))
    .where(Comment.id.in_(bindparam("ids", expanding=True)))
    .order_by(Comment.id)
)


def put_comments(connection: Connection, ids: Sequence[int]) -> None:
    """Index these comments anew; what is secret or deleted, or stands under what is not there, is taken out."""
    _take_out(connection, COMMENTS, ids)
    for some in _batches(ids):
        for comment in connection.execute(_COMMENTS, {"ids": some}).all():
            where = f"{token('s', comment.section_id)} {token('g', comment.group_id)} {token('p', comment.post_id)}"
            _put(connection, COMMENTS, comment.id, comment.created_at, where, {"body": comment.body})


def put_comments_of(connection: Connection, post_ids: Sequence[int]) -> None:
    """The comments of articles that were moved, published, taken back or deleted."""
    for some in _batches(post_ids):
        now_there = set(connection.scalars(select(Comment.id).where(Comment.post_id.in_(some))))
        wanted = " OR ".join('"' + token("p", number) + '"' for number in some)
        indexed = "SELECT rowid FROM comment_search WHERE comment_search MATCH :wanted"
        known = connection.scalars(text(f"SELECT source_id FROM comment_search_places WHERE place IN ({indexed})"), {"wanted": wanted})
        put_comments(connection, sorted(now_there.union(known)))


def amount() -> int:
    """How many articles and comments there are to index."""
    counts = (select(db.func.count()).select_from(table) for table in (Post, Comment))
    return sum(db.session.scalar(count) or 0 for count in counts)


def rebuild() -> Iterator[int]:
    """Index everything anew, whatever is in the index. After each number, of rows done, the caller commits.

    What is found stays found meanwhile: a row is replaced, and what does not belong is swept out at the end.
    """
    for put, column in ((put_posts, Post.id), (put_comments, Comment.id)):
        last = 0
        while ids := list(db.session.scalars(select(column).where(column > last).order_by(column).limit(_TOGETHER))):
            put(db.session.connection(), ids)
            last = ids[-1]
            yield len(ids)
    for kind in (POSTS, COMMENTS):
        _sweep(db.session.connection(), kind)
        yield 0
        pages = -_PAGES  # the first time: all that there is shall become one
        while _merge(db.session.connection(), kind, pages):
            pages = _PAGES
            yield 0


def _captions(connection: Connection, post_ids: Sequence[int]) -> dict[int, str]:
    question = (
        select(Photo.post_id, Photo.caption).where(Photo.post_id.in_(post_ids), Photo.caption != "").order_by(Photo.position, Photo.id)
    )
    return _joined(connection.execute(question).all())


def _tags(connection: Connection, post_ids: Sequence[int]) -> dict[int, str]:
    question = select(PostTag.post_id, Tag.name).join(PostTag.tag).where(PostTag.post_id.in_(post_ids)).order_by(PostTag.position)
    return _joined(connection.execute(question).all())


def _joined(rows: Iterable[Any]) -> dict[int, str]:
    """What belongs to an article, as one line."""
    found: dict[int, str] = {}
    for post_id, said in rows:
        found[post_id] = f"{found[post_id]} / {said}" if post_id in found else said
    return found


def _put(connection: Connection, kind: Kind, source_id: int, moment: datetime, where: str, said: dict[str, str]) -> None:
    number = _free_place(connection, kind, moment)
    names = ("rowid", *kind.columns, "place")
    values = {"rowid": number, "place": where} | {column: words.tokens(said[column]) for column in kind.columns}
    connection.execute(text(f"INSERT INTO {kind.places} (place, source_id) VALUES (:place, :id)"), {"place": number, "id": source_id})
    # OR REPLACE: what stood there without a place was nobody's.
    marks = ", ".join(f":{name}" for name in names)
    connection.execute(text(f"INSERT OR REPLACE INTO {kind.table} ({', '.join(names)}) VALUES ({marks})"), values)


def _free_place(connection: Connection, kind: Kind, moment: datetime) -> int:
    """Behind the others of its second; where a second is full, in the next one that is not."""
    first = place(moment)
    question = text(f"SELECT max(place) FROM {kind.places} WHERE place >= :first AND place < :end")
    while (last := connection.scalar(question, {"first": first, "end": first + SECOND})) == first + SECOND - 1:
        first += SECOND
    return first if last is None else last + 1


def _take_out(connection: Connection, kind: Kind, ids: Sequence[int]) -> None:
    for some in _batches(ids):
        for statement in _taking_out(kind):
            connection.execute(statement, {"ids": list(some)})


@cache
def _taking_out(kind: Kind) -> list[Any]:
    known = f"SELECT place FROM {kind.places} WHERE source_id IN :ids"
    deletes = [f"DELETE FROM {table} WHERE {column} IN ({known})" for table, column in ((kind.table, "rowid"), (kind.places, "place"))]
    return [text(delete).bindparams(bindparam("ids", expanding=True)) for delete in deletes]


def _sweep(connection: Connection, kind: Kind) -> None:
    """Throw out what nothing stands behind."""
    connection.execute(text(f"DELETE FROM {kind.places} WHERE source_id NOT IN (SELECT id FROM {kind.source})"))
    connection.execute(
        text(f"DELETE FROM {kind.table} WHERE rowid IN (SELECT rowid FROM {kind.table} EXCEPT SELECT place FROM {kind.places})")
    )


def _merge(connection: Connection, kind: Kind, pages: int) -> bool:
    """Let the index close its gaps, a little at a time, so that nobody waits for it. Whether there may be more to do."""
    before = connection.scalar(text("SELECT total_changes()")) or 0
    connection.execute(text(f"INSERT INTO {kind.table} ({kind.table}, rank) VALUES ('merge', :pages)"), {"pages": pages})
    return (connection.scalar(text("SELECT total_changes()")) or 0) - before > 1


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    all_ids = list(ids)
    yield from (all_ids[first : first + BATCH] for first in range(0, len(all_ids), BATCH))


def _changed(row: Any, names: tuple[str, ...]) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in names)


def _post_ids_of(photo: Photo) -> set[int]:
    """The article that a photo stands with, and the one it stood with."""
    history = inspect(photo).attrs.post_id.history
    return {post_id for post_id in (photo.post_id, *(history.deleted or ())) if post_id}


@event.listens_for(db.session, "after_flush")
def keep_in_step(session: Session, _context: Any) -> None:
    """Every article and comment that this flush has written goes into the index, in the same transaction."""
    new, gone = set(session.new), set(session.deleted)
    posts: set[int] = set()
    moved: set[int] = set()
    comments: set[int] = set()
    tagged: set[int] = set()
    for row in new | gone | set(session.dirty):
        other = row in new or row in gone
        if isinstance(row, Photo) and (other or _changed(row, ("caption", "post_id", "position"))):
            posts |= _post_ids_of(row)
        elif isinstance(row, PostTag) and other:
            posts.add(row.post_id)
        elif isinstance(row, Tag) and row not in new and (row in gone or _changed(row, ("name",))):
            tagged.add(row.id)
        elif isinstance(row, Post) and (other or _changed(row, _WORDS + _WHERE)):
            posts.add(row.id)
            moved |= {row.id} if row not in new and (row in gone or _changed(row, _WHERE)) else set()
        elif isinstance(row, Comment) and (other or _changed(row, _COMMENT)):
            comments.add(row.id)
    if not (posts or comments or tagged):
        return
    connection = session.connection(bind_arguments={"mapper": inspect(Post)})
    if is_kept(connection):
        posts.update(connection.scalars(select(PostTag.post_id).where(PostTag.tag_id.in_(tagged))) if tagged else ())
        put_posts(connection, sorted(posts))
        put_comments_of(connection, sorted(moved))
        put_comments(connection, sorted(comments))
