"""What is said under an article, as one reader may read it: threads two deep, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from database.statement import AT, Statement
from lib.plain import maker
from models import Comment, Member, Post, now

PAGE = 100  # comments on a page, replies counted: a page costs the same however they are spread over threads


class Reader(NamedTuple):
    """A reader whose id is said when the question is asked."""

    is_editor: bool
    id: Any = bindparam("reader_id")


ANYONE, MEMBER, EDITOR = None, Reader(is_editor=False), Reader(is_editor=True)


@dataclass
class Thread:
    """A comment and everything beneath it, in the order it was written.

    `continued`: its first replies stand on the page before.
    """

    root: Comment
    replies: list[Comment] = field(default_factory=list)
    continued: bool = False


@dataclass
class ThreadPage:
    """One page of an article's threads. `number` counts from 1; there is always at least one page."""

    threads: list[Thread]
    number: int = 1
    pages: int = 1


def of(post: Post, member: Member | None, page: int = 1, comment_id: int | None = None) -> ThreadPage:
    """The threads of an article that this member (none: a guest) may read, oldest first.

    :param page: beyond the last, the last is given
    :param comment_id: give the page that holds this comment instead; the first where there is none
    """
    if not post.comment_count and (
        member is None or not _ANY(post_id=post.id)
    ):  # what everybody may read is counted
        return ThreadPage([])
    whose = ANYONE if member is None else EDITOR if member.is_editor else MEMBER
    bounds = {"post_id": post.id, "wanted": min(max(page, 1), 10**6) - 1}
    if member:
        bounds["reader_id"] = member.id
    if is_by_comment := comment_id is not None and 0 < comment_id < 2**63:
        bounds["comment_id"] = comment_id
    rows = _question(whose, is_by_comment)(**bounds)
    return ThreadPage(_threads(rows), rows[0][0] + 1, rows[0][1] + 1) if rows else ThreadPage([])


_ANY = Statement(select(Comment.id).where(Comment.post_id == bindparam("post_id")).limit(1))


@cache  # putting it together takes longer than the database takes to answer it
def _question(whose: Any, is_by_comment: bool) -> Statement:
    """One page of an article's comments, each with the number of the page, that of the last, and whether it belongs there itself.

    Asked with post_id, reader_id (where it is a member's), and comment_id or wanted (the number of the page).
    """
    numbered = _numbered(whose)
    last = (select(func.coalesce(func.max(numbered.c.place), 0)).scalar_subquery()) // PAGE
    wanted = _page_of(numbered) if is_by_comment else bindparam("wanted", type_=Integer)
    number = select(case((last < wanted, last), else_=wanted).label("number"), last.label("last")).cte(
        "chosen"
    )
    here = (
        select(numbered.c.id, numbered.c.thread, number.c.number, number.c.last)
        .join(number, numbered.c.place // PAGE == number.c.number)
        .cte("here")
    )
    # Named by id, so that only this page's rows are fetched; the root of a thread begun before comes along.
    ids = select(here.c.id.label("id")).union(select(here.c.thread)).subquery("ids")
    place = (
        select(here.c.number).limit(1).scalar_subquery(),
        select(here.c.last).limit(1).scalar_subquery(),
        here.c.id,
    )
    whom, writer, answered = aliased(Comment), aliased(Member), aliased(Member)
    people = [getattr(person, name) for person in (writer, answered) for name in _OF_A_MEMBER]
    return Statement(
        select(*place, Comment.__table__, *people, whom.id, whom.post_id, whom.deleted_at)
        .select_from(Comment)
        .join(ids, ids.c.id == Comment.id)
        .join(writer, writer.id == Comment.member_id)
        .outerjoin(here, here.c.id == Comment.id)
        .outerjoin(whom, whom.id == Comment.parent_id)
        .outerjoin(answered, answered.id == whom.member_id)
        .order_by(func.coalesce(Comment.root_id, Comment.id), Comment.id)
    )


_OF_A_MEMBER = ("nickname", "left_at", "is_editor")
_comment, _member, _whom = (
    maker(Comment),
    maker(Member, _OF_A_MEMBER),
    maker(Comment, ("id", "post_id", "deleted_at")),
)


def _row(values: Sequence[Any]) -> Comment:
    """A comment with its member, and with the one it answers; plain (lib/plain.py)."""
    comment = _comment(values[:-9])
    comment.member, comment.parent = _member(values[-9:-6]), _whom(values[-3:]) if values[-3] else None
    if comment.parent:
        comment.parent.member = _member(values[-6:-3])
    return comment


def newest(limit: int) -> Sequence[Comment]:
    """The newest comments everybody may read, each with its post and member; plain (lib/plain.py), of the post what a line names."""
    return [_with_post(row) for row in _newest(limit)(now=now())]


def by_ids(ids: Sequence[int]) -> list[Comment]:
    """Those of these comments that everybody may read, in this order, each with its post and member."""
    found = {comment.id: comment for comment in map(_with_post, _THESE(ids=ids, now=now()))} if ids else {}
    return [found[comment_id] for comment_id in ids if comment_id in found]


def _with_post(values: Sequence[Any]) -> Comment:
    comment = _comment(values[:_WIDTH])
    comment.member, comment.post = (
        _member(values[_WIDTH : _WIDTH + len(_OF_A_MEMBER)]),
        _post(values[_WIDTH + len(_OF_A_MEMBER) :]),
    )
    return comment


_WIDTH = len(Comment.__table__.columns)
_OF_A_POST = ("id", "title", "origin")
_post = maker(Post, _OF_A_POST)
_PUBLIC = (
    select(
        Comment.__table__,
        *(getattr(Member, name) for name in _OF_A_MEMBER),
        *(getattr(Post, name) for name in _OF_A_POST),
    )
    .join(Post.__table__, Post.id == Comment.post_id)
    .join(Member.__table__, Member.id == Comment.member_id)
    .where(Comment.secret.is_(False), Comment.deleted_at.is_(None), Post.is_visible(AT))
)
_THESE = Statement(_PUBLIC.where(Comment.id.in_(bindparam("ids", expanding=True))))


@cache
def _newest(limit: int) -> Statement:
    return Statement(_PUBLIC.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(limit))


def _numbered(whose: Any) -> Any:
    """Every comment that is shown, with its thread and its place (from 0) among them all."""
    thread = func.coalesce(Comment.root_id, Comment.id)
    place = type_coerce(func.row_number().over(order_by=(thread, Comment.id)) - 1, Integer).label("place")
    return (
        select(Comment.id, thread.label("thread"), place)
        .where(Comment.post_id == bindparam("post_id"), _is_shown(whose))
        .cte("numbered")
    )


def _is_shown(whose: Any) -> ColumnElement[bool]:
    """Readable and there; or gone, with a reply beneath it that is readable and there."""
    reply = aliased(Comment)
    beneath = or_(reply.parent_id == Comment.id, and_(Comment.root_id.is_(None), reply.root_id == Comment.id))
    answered = (
        select(reply.id)
        .where(
            reply.post_id == Comment.post_id, beneath, reply.deleted_at.is_(None), reply.readable_by(whose)
        )
        .exists()
    )
    return or_(
        and_(Comment.deleted_at.is_(None), Comment.readable_by(whose)),
        and_(Comment.deleted_at.is_not(None), answered),
    )


def _page_of(numbered: Any) -> Any:
    return func.coalesce(
        select(numbered.c.place // PAGE).where(numbered.c.id == bindparam("comment_id")).scalar_subquery(), 0
    )


def _threads(rows: Sequence[Any]) -> list[Thread]:
    threads: list[Thread] = []
    for _number, _last, here, *values in rows:
        comment = _row(values)
        if comment.root_id is None:
            threads.append(Thread(comment, continued=here is None))
        else:
            threads[-1].replies.append(comment)
    return threads
