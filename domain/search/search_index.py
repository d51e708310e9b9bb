"""The full-text index of articles, comments and photos, updated in the transaction that changes them.

A rowid encodes the moment of publication: seconds since 1970, and ten bits for the rows of one second. So the
index is walked newest first, a period is a range of rowids, a scheduled article is found from its moment on,
and no join is needed. Drafts and deleted articles are in an index of their own, which only the desk queries.
The `…_places` tables map rowids to ids. The column `place` holds the section as a token, for a comment also
its article.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, bindparam, event, inspect, select, text
from sqlalchemy.orm import Session

from database import db
from lib.text import words
from lib.text.plain import from_html
from lib.web.paging import EPOCH
from models import Comment, Photo, Post, PostTag, Tag

SECOND = 1 << 10  # rowids for the articles of one second
BATCH = 200  # rows read at once
_REINDEX_BATCH = 500  # rows of one transaction of a reindex
_MERGE_PAGES = 500  # pages of the index merged in one transaction
_TEXT_COLUMNS = ("title", "subtitle", "body", "byline", "photos")
_SCOPE_COLUMNS = ("section_id", "published_at", "deleted_at", "erased_at")
STATES = {name: f"{words.START}{name}" for name in ("draft", "deleted")}  # tokens of DESK
_PHOTO_COLUMNS = ("caption", "post_id", "position", "in_text")
_COMMENT_COLUMNS = ("body", "secret", "deleted_at", "held_at", "hidden_at", "post_id", "created_at")


@dataclass(frozen=True)
class Index:
    """A full-text table, the table it is built from, its columns that hold text."""

    table: str
    source: str
    columns: tuple[str, ...]

    @property
    def rowid_table(self) -> str:
        return f"{self.table}_places"


POSTS = Index("post_search", "posts", ("title", "subtitle", "tags", "body", "byline", "captions"))
# Drafts and deleted articles: only the desk may query it. A row's moment is that of creation or deletion.
DESK = Index("desk_search", "posts", POSTS.columns)
COMMENTS = Index("comment_search", "comments", ("body",))
PHOTOS = Index("photo_search", "photos", Photo.WORDS)  # by the moment of upload; only the desk queries it


def first_rowid(moment: datetime) -> int:
    """Return the first rowid of a moment's second."""
    return (moment - EPOCH) // timedelta(seconds=1) * SECOND


def is_supported(connection: Connection | Engine) -> bool:
    """Whether this database has full-text tables: only SQLite's are used."""
    return connection.dialect.name == "sqlite"


def token(letter: str, number: int) -> str:
    """Return the token of a section (s) or an article (p). No reader's query can contain one."""
    return f"{words.START}{letter}{number}"


def in_sections(ids: Sequence[int]) -> str:
    """Return the part of a MATCH expression that limits it to sections.

    Rows of a section that was merged into another keep its token: see sections.ids_within.
    """
    tokens = " OR ".join('"' + token("s", section_id) + '"' for section_id in ids)
    return f" AND ({tokens})"


def index_posts(ids: Sequence[int]) -> None:
    """Replace the index rows of these articles, in POSTS or in DESK; erased ones have none."""
    _delete(POSTS, ids)
    _delete(DESK, ids)
    query = (
        select(
            Post.id, Post.title, Post.subtitle, Post.body, Post.byline,
            Post.section_id, Post.created_at, Post.published_at, Post.deleted_at,
        )
        .where(Post.erased_at.is_(None))
        .order_by(Post.id)
    )  # fmt: skip
    for batch in _batches(ids):
        tag_lines, caption_lines = _joined(tags(batch)), _joined(captions(batch))
        for post in db.session.execute(query.where(Post.id.in_(batch))).all():
            texts = post._asdict() | {
                "body": from_html(post.body),
                "tags": tag_lines.get(post.id, ""),
                "captions": caption_lines.get(post.id, ""),
            }
            index, moment, state = _state(post)
            _insert(index, post.id, moment, f"{_scope(post)} {state}", texts)


def index_comments(ids: Sequence[int]) -> None:
    """Replace the index rows of these comments; those that are not public have none."""
    _delete(COMMENTS, ids)
    query = (
        select(Comment.id, Comment.body, Comment.created_at, Comment.post_id, Post.section_id)
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.is_public_now())
        .where(Post.published_at.is_not(None), Post.deleted_at.is_(None))
        .order_by(Comment.id)
    )
    for batch in _batches(ids):
        for comment in db.session.execute(query.where(Comment.id.in_(batch))).all():
            scope = f"{_scope(comment)} {token('p', comment.post_id)}"
            _insert(COMMENTS, comment.id, comment.created_at, scope, {"body": comment.body})


def index_comments_of(post_ids: Sequence[int]) -> None:
    """Index the comments of articles that were moved, published, withdrawn or deleted."""
    indexed = text(
        "SELECT source_id FROM comment_search_places WHERE place IN"
        " (SELECT rowid FROM comment_search WHERE comment_search MATCH :match)"
    )
    for batch in _batches(post_ids):
        current = db.session.scalars(select(Comment.id).where(Comment.post_id.in_(batch)))
        match = " OR ".join('"' + token("p", post_id) + '"' for post_id in batch)
        index_comments(sorted({*current, *db.session.scalars(indexed, {"match": match})}))


def index_photos(ids: Sequence[int]) -> None:
    """Replace the index rows of these photos; photos without words have none."""
    _delete(PHOTOS, ids)
    query = select(Photo.id, Photo.created_at, *(getattr(Photo, name) for name in Photo.WORDS))
    for batch in _batches(ids):
        for photo in db.session.execute(query.where(Photo.id.in_(batch)).order_by(Photo.id)).all():
            texts = {name: getattr(photo, name) for name in Photo.WORDS}
            if any(texts.values()):
                _insert(PHOTOS, photo.id, photo.created_at, "", texts)


def row_count() -> int:
    """Return how many articles, comments and photos a reindex reads."""
    counts = (select(db.func.count()).select_from(table) for table in (Post, Comment, Photo))
    return sum(db.session.scalar(count) or 0 for count in counts)


def rebuild() -> Iterator[int]:
    """Index everything, whatever the index holds. Yields counts of rows; the caller commits after each.

    Searches find everything meanwhile: rows are replaced, and those without a source are deleted at the end.
    """
    columns = ((index_posts, Post.id), (index_comments, Comment.id), (index_photos, Photo.id))
    for index_rows, column in columns:
        last = 0
        query = select(column).order_by(column).limit(_REINDEX_BATCH)
        while ids := list(db.session.scalars(query.where(column > last))):
            index_rows(ids)
            last = ids[-1]
            yield len(ids)
    for index in (POSTS, DESK, COMMENTS, PHOTOS):
        _delete_orphans(index)
        yield 0
        pages = -_MERGE_PAGES  # negative: start a merge of all segments into one
        while _merge(index, pages):
            pages = _MERGE_PAGES
            yield 0


def captions(post_ids: Sequence[int]) -> Iterable[Any]:
    """Select the id of the article and the caption of each photo beside its text that has one."""
    is_beside = (Photo.in_text.is_(False), Photo.caption != "")  # the text holds the captions of its own
    query = select(Photo.post_id, Photo.caption).where(Photo.post_id.in_(post_ids), *is_beside)
    return db.session.execute(query.order_by(Photo.position, Photo.id))


def tags(post_ids: Sequence[int]) -> Iterable[Any]:
    """Select the id of the article and the name of each of its tags."""
    query = select(PostTag.post_id, Tag.name).join(PostTag.tag).where(PostTag.post_id.in_(post_ids))
    return db.session.execute(query.order_by(PostTag.position))


def with_ids(statement: str) -> TextClause:
    """Return a statement with a parameter `ids` that takes a sequence."""
    return text(statement).bindparams(bindparam("ids", expanding=True))


def _scope(row: Any) -> str:
    return token("s", row.section_id)


def _state(post: Any) -> tuple[Index, datetime, str]:
    """Return the index that holds an article, the moment it is sorted by, and the token of its state."""
    if post.deleted_at:
        return DESK, post.deleted_at, STATES["deleted"]
    return (POSTS, post.published_at, "") if post.published_at else (DESK, post.created_at, STATES["draft"])


def _joined(rows: Iterable[Any]) -> dict[int, str]:
    """Join the texts of each article to one line."""
    lines: dict[int, str] = {}
    for post_id, line in rows:
        lines[post_id] = f"{lines[post_id]} / {line}" if post_id in lines else line
    return lines


def _insert(index: Index, source_id: int, moment: datetime, scope: str, texts: dict[str, str]) -> None:
    rowid = _free_rowid(index, moment)
    db.session.execute(
        text(f"INSERT INTO {index.rowid_table} (place, source_id) VALUES (:rowid, :source_id)"),
        {"rowid": rowid, "source_id": source_id},
    )
    names = ("rowid", *index.columns, "place")
    parameters = ", ".join(f":{name}" for name in names)
    # OR REPLACE: a row without an entry in the rowid table belongs to no article.
    insert = text(f"INSERT OR REPLACE INTO {index.table} ({', '.join(names)}) VALUES ({parameters})")
    tokens = {column: words.tokens(texts[column]) for column in index.columns}
    db.session.execute(insert, {"rowid": rowid, "place": scope, **tokens})


def _free_rowid(index: Index, moment: datetime) -> int:
    """Return the rowid after the last one of the moment's second, or of the next second that is not full."""
    query = text(f"SELECT max(place) FROM {index.rowid_table} WHERE place >= :first AND place < :end")
    first = first_rowid(moment)
    while (last := db.session.scalar(query, {"first": first, "end": first + SECOND})) == first + SECOND - 1:
        first += SECOND
    return first if last is None else last + 1


def _delete(index: Index, ids: Sequence[int]) -> None:
    rowids = f"SELECT place FROM {index.rowid_table} WHERE source_id IN :ids"
    for batch in _batches(ids):
        for table, column in ((index.table, "rowid"), (index.rowid_table, "place")):
            db.session.execute(with_ids(f"DELETE FROM {table} WHERE {column} IN ({rowids})"), {"ids": batch})


def _delete_orphans(index: Index) -> None:
    """Delete rows whose article or comment no longer exists."""
    table, rowid_table = index.table, index.rowid_table
    sources = f"SELECT id FROM {index.source}"
    db.session.execute(text(f"DELETE FROM {rowid_table} WHERE source_id NOT IN ({sources})"))
    orphans = f"SELECT rowid FROM {table} EXCEPT SELECT place FROM {rowid_table}"
    db.session.execute(text(f"DELETE FROM {table} WHERE rowid IN ({orphans})"))


def _merge(index: Index, pages: int) -> bool:
    """Merge some pages of the index, few enough for a short transaction. False: nothing is left to merge."""
    changes = text("SELECT total_changes()")
    before = db.session.scalar(changes) or 0
    merge = text(f"INSERT INTO {index.table} ({index.table}, rank) VALUES ('merge', :pages)")
    db.session.execute(merge, {"pages": pages})
    return (db.session.scalar(changes) or 0) - before > 1


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[first : first + BATCH] for first in range(0, len(ids), BATCH))


def _changed(row: Any, names: tuple[str, ...]) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in names)


def _post_ids_of(photo: Photo) -> set[int]:
    """Return the ids of the article that a photo belongs to and of the one it belonged to."""
    history = inspect(photo).attrs.post_id.history
    return {post_id for post_id in (photo.post_id, *(history.deleted or ())) if post_id}


@event.listens_for(db.session, "after_flush")
def index_changes(session: Session, _context: Any) -> None:
    """Index every article and comment that this flush has written, in the same transaction."""
    new, gone = set(session.new), set(session.deleted)
    posts: set[int] = set()
    moved: set[int] = set()
    comments: set[int] = set()
    tags: set[int] = set()
    photos: set[int] = set()
    for row in new | gone | set(session.dirty):
        is_new_or_gone = row in new or row in gone
        if isinstance(row, Photo):
            photos |= {row.id} if is_new_or_gone or _changed(row, Photo.WORDS) else set()
            posts |= _post_ids_of(row) if is_new_or_gone or _changed(row, _PHOTO_COLUMNS) else set()
        elif isinstance(row, PostTag) and is_new_or_gone:
            posts.add(row.post_id)
        elif isinstance(row, Tag) and row not in new and (row in gone or _changed(row, ("name",))):
            tags.add(row.id)
        elif isinstance(row, Post) and (is_new_or_gone or _changed(row, _TEXT_COLUMNS + _SCOPE_COLUMNS)):
            posts.add(row.id)
            moved |= {row.id} if row not in new and (row in gone or _changed(row, _SCOPE_COLUMNS)) else set()
        elif isinstance(row, Comment) and (is_new_or_gone or _changed(row, _COMMENT_COLUMNS)):
            comments.add(row.id)
    if not (posts or comments or tags or photos):
        return
    if is_supported(session.get_bind(Post)):
        if tags:
            posts.update(session.scalars(select(PostTag.post_id).where(PostTag.tag_id.in_(tags))))
        index_posts(sorted(posts))
        index_comments_of(sorted(moved))
        index_comments(sorted(comments))
        index_photos(sorted(photos))
