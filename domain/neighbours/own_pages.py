"""What a member finds under /me: the own comments and scraps, a page at a time, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import literal_column, select

from database import db
from domain.neighbours.models import Scrap
from models import Comment, CommentAddress, Member, Post, now

PAGE = 20
_LIMIT = literal_column(str(PAGE + 1))
Line = TypeVar("Line")


@dataclass(frozen=True)
class OwnPage(Generic[Line]):
    """One page of a list. `before`: the id that the next page begins behind; None: there is none."""

    lines: Sequence[Line]
    before: int | None


@dataclass(frozen=True)
class OwnComment(CommentAddress):
    """A comment of the member. `title` is empty while readers cannot see its article."""

    id: int
    post_id: int
    body: str
    secret: bool
    created_at: datetime
    held_at: datetime | None
    hidden_for: str
    hidden_reason: str
    like_count: int
    is_advertisement: bool  # its article is one
    title: str


@dataclass(frozen=True)
class OwnScrap:
    """An article that the member keeps."""

    id: int
    post_id: int
    title: str
    is_advertisement: bool
    published_at: datetime
    kept_at: datetime


def comments(member: Member, before: int | None = None) -> OwnPage[OwnComment]:
    """The comments of a member that were not deleted, nor hidden as spam.

    :param before: only those with a smaller id
    """
    query = (
        select(
            Comment.id, Comment.post_id, Comment.body, Comment.secret, Comment.created_at, Comment.held_at,
            Comment.hidden_for, Comment.hidden_reason, Comment.like_count, Post.title,
            Post.is_advertisement,
            Post.is_visible(now()).label("is_visible"),
        )
        .join(Post, Post.id == Comment.post_id)
        .where(Comment.member_id == member.id, Comment.deleted_at.is_(None), Comment.hidden_for != "spam")
        .order_by(Comment.id.desc())
        .limit(_LIMIT)
    )  # fmt: skip
    if before is not None:
        query = query.where(Comment.id < before)
    return _page([_comment(**row._mapping) for row in db.session.execute(query)])


def scraps(member: Member, before: int | None = None) -> OwnPage[OwnScrap]:
    """The kept articles that readers can see, the last kept first.

    :param before: only those with a smaller id
    """
    query = (
        select(
            Scrap.id, Scrap.post_id, Post.title, Post.is_advertisement, Post.published_at, Scrap.created_at
        )
        .join(Post, Post.id == Scrap.post_id)
        .where(Scrap.member_id == member.id, Post.is_visible(now()))
        .order_by(Scrap.id.desc())
        .limit(_LIMIT)
    )
    if before is not None:
        query = query.where(Scrap.id < before)
    return _page([OwnScrap(*row) for row in db.session.execute(query)])


def _comment(*, is_visible: bool, title: str, **columns: Any) -> OwnComment:
    return OwnComment(**columns, title=title if is_visible else "")


def _page(lines: list[Any]) -> OwnPage[Any]:
    return OwnPage(lines[:PAGE], lines[PAGE - 1].id if len(lines) > PAGE else None)
