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
from database.statement import Statement
from lib.text import words
from lib.text.plain import from_html
from lib.web.paging import EPOCH
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


def put_posts(ids: Sequence[int]) -> None:
    """Index these articles anew; a draft or a deleted one is taken out."""
    connection = db.session.connection()
    _take_out(POSTS, ids)
    columns = (
        Post.id,
        Post.title,
        Post.subtitle,
        Post.body,
        Post.byline,
        Post.section_id,
        Post.group_id,
        Post.published_at,
    )
    question = (
        select(*columns).where(Post.published_at.is_not(None), Post.deleted_at.is_(None)).order_by(Post.id)
    )
    for some in _batches(ids):
        captions, tags = _captions(connection, some), _tags(connection, some)
        for post in connection.execute(question.where(Post.id.in_(some))).all():
            said = {
                "title": post.title,
                "subtitle": post.subtitle,
                "body": from_html(post.body),
                "byline": post.byline,
            }
            where = f"{token('s', post.section_id)} {token('g', post.group_id)}"
            said |= {"tags": tags.get(post.id, ""), "captions": captions.get(post.id, "")}
            _put(POSTS, post.id, post.published_at, where, said)


_COMMENTS = Statement(
    select(Comment.id, Comment.body, Comment.created_at, Comment.post_id, Post.section_id, Post.group_id)
    .join(Post, Post.id == Comment.post_id)
    .where(
        Comment.secret.is_(False),
        Comment.deleted_at.is_(None),
        Post.published_at.is_not(None),
        Post.deleted_at.is_(None),
    )
    .where(Comment.id.in_(bindparam("ids", expanding=True)))
    .order_by(Comment.id)
)


def put_comments(ids: Sequence[int]) -> None:
    """Index these comments anew; what is secret or deleted, or stands under what is not there, is taken out."""
    _take_out(COMMENTS, ids)
    for some in _batches(ids):
        for comment_id, body, created_at, *of_post in _COMMENTS(ids=some):
            _put_comment(comment_id, body, created_at, *of_post)


def add_comment(comment: Comment, post: Post) -> None:
    """Index a comment that was just written; a secret one is not."""
    if not comment.secret:
        _put_comment(comment.id, comment.body, comment.created_at, post.id, post.section_id, post.group_id)


def _put_comment(
    comment_id: int, body: str, created_at: datetime, post_id: int, section_id: int, group_id: int
) -> None:
    where = f"{token('s', section_id)} {token('g', group_id)} {token('p', post_id)}"
    _put(COMMENTS, comment_id, created_at, where, {"body": body})


def put_comments_of(post_ids: Sequence[int]) -> None:
    """The comments of articles that were moved, published, taken back or deleted."""
    connection = db.session.connection()
    for some in _batches(post_ids):
        now_there = set(connection.scalars(select(Comment.id).where(Comment.post_id.in_(some))))
        wanted = " OR ".join('"' + token("p", number) + '"' for number in some)
        indexed = "SELECT rowid FROM comment_search WHERE comment_search MATCH :wanted"
        known = connection.scalars(
            text(f"SELECT source_id FROM comment_search_places WHERE place IN ({indexed})"),
            {"wanted": wanted},
        )
        put_comments(sorted(now_there.union(known)))


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
        while ids := list(
            db.session.scalars(select(column).where(column > last).order_by(column).limit(_TOGETHER))
        ):
            put(ids)
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
        select(Photo.post_id, Photo.caption)
        .where(Photo.post_id.in_(post_ids), Photo.caption != "")
        .order_by(Photo.position, Photo.id)
    )
    return _joined(connection.execute(question).all())


def _tags(connection: Connection, post_ids: Sequence[int]) -> dict[int, str]:
    question = (
        select(PostTag.post_id, Tag.name)
        .join(PostTag.tag)
        .where(PostTag.post_id.in_(post_ids))
        .order_by(PostTag.position)
    )
    return _joined(connection.execute(question).all())


def _joined(rows: Iterable[Any]) -> dict[int, str]:
    """What belongs to an article, as one line."""
    found: dict[int, str] = {}
    for post_id, said in rows:
        found[post_id] = f"{found[post_id]} / {said}" if post_id in found else said
    return found


def _put(kind: Kind, source_id: int, moment: datetime, where: str, said: dict[str, str]) -> None:
    number = _free_place(kind, moment)
    into_places, into_table, _last = _putting(kind)
    into_places(place=number, id=source_id)
    into_table(rowid=number, place=where, **{column: words.tokens(said[column]) for column in kind.columns})


def _free_place(kind: Kind, moment: datetime) -> int:
    """Behind the others of its second; where a second is full, in the next one that is not."""
    first, last_of = place(moment), _putting(kind)[2]
    while (last := last_of(first=first, end=first + SECOND)[0][0]) == first + SECOND - 1:
        first += SECOND
    return first if last is None else last + 1


@cache
def _putting(kind: Kind) -> tuple[Statement, Statement, Statement]:
    """Into the places, into the index, and the last place between two."""
    names = ("rowid", *kind.columns, "place")
    marks = ", ".join(f":{name}" for name in names)
    return (
        Statement(text(f"INSERT INTO {kind.places} (place, source_id) VALUES (:place, :id)")),
        # OR REPLACE: what stood there without a place was nobody's.
        Statement(text(f"INSERT OR REPLACE INTO {kind.table} ({', '.join(names)}) VALUES ({marks})")),
        Statement(text(f"SELECT max(place) FROM {kind.places} WHERE place >= :first AND place < :end")),
    )


def _take_out(kind: Kind, ids: Sequence[int]) -> None:
    for some in _batches(ids):
        for statement in _taking_out(kind):
            statement(ids=some)


@cache
def _taking_out(kind: Kind) -> list[Statement]:
    known = f"SELECT place FROM {kind.places} WHERE source_id IN :ids"
    deletes = [
        f"DELETE FROM {table} WHERE {column} IN ({known})"
        for table, column in ((kind.table, "rowid"), (kind.places, "place"))
    ]
    return [Statement(text(delete).bindparams(bindparam("ids", expanding=True))) for delete in deletes]


def _sweep(connection: Connection, kind: Kind) -> None:
    """Throw out what nothing stands behind."""
    connection.execute(
        text(f"DELETE FROM {kind.places} WHERE source_id NOT IN (SELECT id FROM {kind.source})")
    )
    connection.execute(
        text(
            f"DELETE FROM {kind.table} WHERE rowid IN (SELECT rowid FROM {kind.table} EXCEPT SELECT place FROM {kind.places})"
        )
    )


def _merge(connection: Connection, kind: Kind, pages: int) -> bool:
    """Let the index close its gaps, a little at a time, so that nobody waits for it. Whether there may be more to do."""
    before = connection.scalar(text("SELECT total_changes()")) or 0
    connection.execute(
        text(f"INSERT INTO {kind.table} ({kind.table}, rank) VALUES ('merge', :pages)"), {"pages": pages}
    )
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
        posts.update(
            connection.scalars(select(PostTag.post_id).where(PostTag.tag_id.in_(tagged))) if tagged else ()
        )
        put_posts(sorted(posts))
        put_comments_of(sorted(moved))
        put_comments(sorted(comments))
