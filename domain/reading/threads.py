"""Comments as pages show them: the threads under an article, the newest ones, those that a search found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from database import db
from domain.reading.cards import TITLE_COLUMNS, PostTitle
from models import Comment, CommentAddress, Member, Post, now

PAGE = 100  # comments on a page, replies included: a page costs the same however they are spread over threads


@dataclass(frozen=True)
class CommentAuthor:
    """The member who wrote a comment. A member who has left is shown without the nickname."""

    nickname: str
    left_at: datetime | None
    is_editor: bool


@dataclass(frozen=True)
class ParentComment(CommentAddress):
    """The comment that a reply answers."""

    id: int
    post_id: int
    deleted_at: datetime | None
    member: CommentAuthor


@dataclass(frozen=True)
class CommentLine(CommentAddress):
    """A comment as a page shows it; a deleted one is a tombstone without a body."""

    id: int
    post_id: int
    member_id: int
    parent_id: int | None
    root_id: int | None
    body: str
    secret: bool
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    member: CommentAuthor
    post: PostTitle
    parent: ParentComment | None


@dataclass
class Thread:
    """A comment and all replies beneath it, oldest first.

    `continued`: its first replies are on the page before.
    """

    root: CommentLine
    replies: list[CommentLine] = field(default_factory=list)
    continued: bool = False


@dataclass
class ThreadPage:
    """One page of an article's threads. `number` counts from 1; there is always at least one page."""

    threads: list[Thread]
    number: int = 1
    pages: int = 1


def of(post: Post, member: Member | None, page: int = 1, comment_id: int | None = None) -> ThreadPage:
    """Return one page of the threads that this member (None: a guest) may read, oldest first.

    :param page: a number beyond the last page means the last page
    :param comment_id: the page that holds this comment; the first if there is no such comment
    """
    if member is None and not post.comment_count:  # counts the comments that everybody may read
        return ThreadPage([])
    shown = _shown(post.id, member)
    pages = max(1, -(-len(shown) // PAGE))
    if comment_id is not None:
        ids = [row.id for row in shown]
        page = ids.index(comment_id) // PAGE + 1 if comment_id in ids else 1
    number = min(max(page, 1), pages)
    return ThreadPage(_threads(shown[(number - 1) * PAGE : number * PAGE]), number, pages)


def newest(limit: int) -> list[CommentLine]:
    """Return the newest comments that everybody may read."""
    newest_first = (Comment.created_at.desc(), Comment.id.desc())
    return _lines(_select_public().order_by(*newest_first).limit(literal_column(str(limit))))


def by_ids(ids: Sequence[int]) -> list[CommentLine]:
    """Return those of these comments that everybody may read, in the order of the ids."""
    found = {line.id: line for line in _lines(_select_public().where(Comment.id.in_(ids)))} if ids else {}
    return [found[comment_id] for comment_id in ids if comment_id in found]


def _shown(post_id: int, member: Member | None) -> Sequence[Row[int, int]]:
    """The id and the root's id of each comment that this member is shown, in the order of the page."""
    root_id = func.coalesce(Comment.root_id, Comment.id).label("root_id")
    query = select(Comment.id, root_id).where(Comment.post_id == post_id, _is_shown_to(member))
    return db.session.execute(query.order_by(root_id, Comment.id)).all()


def _is_shown_to(member: Member | None) -> ColumnElement[bool]:
    """Where clause: readable and not deleted, or deleted with a reply beneath it that is."""
    reply = aliased(Comment)
    is_beneath = or_(
        reply.parent_id == Comment.id, and_(Comment.root_id.is_(None), reply.root_id == Comment.id)
    )
    is_answered = (
        select(reply.id)
        .where(
            reply.post_id == Comment.post_id,
            is_beneath,
            reply.deleted_at.is_(None),
            reply.readable_by(member),
        )
        .exists()
    )
    return or_(
        and_(Comment.deleted_at.is_(None), Comment.readable_by(member)),
        and_(Comment.deleted_at.is_not(None), is_answered),
    )


def _threads(shown: Sequence[Row[int, int]]) -> list[Thread]:
    """The threads of these comments. The root of a thread that began on the page before comes along."""
    here = {comment_id for comment_id, _root_id in shown}
    roots = {root_id for _comment_id, root_id in shown}
    lines = {line.id: line for line in _lines(_select_lines().where(Comment.id.in_(here | roots)))}
    threads = {root_id: Thread(lines[root_id], continued=root_id not in here) for root_id in sorted(roots)}
    for comment_id, root_id in shown:
        if comment_id != root_id:
            threads[root_id].replies.append(lines[comment_id])
    return list(threads.values())


_parent, _parent_author = aliased(Comment), aliased(Member)
_COLUMNS = (
    Comment.id, Comment.post_id, Comment.member_id, Comment.parent_id, Comment.root_id, Comment.body,
    Comment.secret, Comment.created_at, Comment.edited_at, Comment.deleted_at,
)  # fmt: skip
_AUTHOR_COLUMNS = (Member.nickname, Member.left_at, Member.is_editor)
_PARENT_COLUMNS = (_parent.id, _parent.post_id, _parent.deleted_at)
_PARENT_AUTHOR_COLUMNS = (_parent_author.nickname, _parent_author.left_at, _parent_author.is_editor)


def _select_lines() -> Any:
    return (
        select(*_COLUMNS, *_AUTHOR_COLUMNS, *TITLE_COLUMNS, *_PARENT_COLUMNS, *_PARENT_AUTHOR_COLUMNS)
        .join(Member, Member.id == Comment.member_id)
        .join(Post, Post.id == Comment.post_id)
        .outerjoin(_parent, _parent.id == Comment.parent_id)
        .outerjoin(_parent_author, _parent_author.id == _parent.member_id)
    )


def _select_public() -> Any:
    return _select_lines().where(
        Comment.secret.is_(False), Comment.deleted_at.is_(None), Post.is_visible(now())
    )


def _lines(query: Any) -> list[CommentLine]:
    return [_line(iter(row)) for row in db.session.execute(query)]


def _line(values: Iterator[Any]) -> CommentLine:
    """Build a line from the columns of `_select_lines`, in their order."""
    columns = list(islice(values, len(_COLUMNS)))
    author = CommentAuthor(*islice(values, len(_AUTHOR_COLUMNS)))
    post = PostTitle(*islice(values, len(TITLE_COLUMNS)))
    parent_columns = list(islice(values, len(_PARENT_COLUMNS)))
    parent = ParentComment(*parent_columns, member=CommentAuthor(*values)) if parent_columns[0] else None
    return CommentLine(*columns, member=author, post=post, parent=parent)
