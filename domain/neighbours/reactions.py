"""공감 on comments, 추천 and 스크랩 on articles: each once per member, taken back in the same way.

The counts are changed by SQL expressions, in the transaction that adds or deletes the row: they always equal
the number of rows. The likes of a comment go when it is deleted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, bindparam, delete, event, inspect, literal, select, union_all, update

from database import db, upsert
from domain.moderation import bans
from domain.neighbours.models import CommentLike, PostLike, Scrap
from models import Comment, Member, Post, Refused, now


@dataclass(frozen=True)
class OwnReactions:
    """What one member has pressed under one article."""

    comment_ids: frozenset[int]
    likes_post: bool
    has_scrap: bool

    def addresses(self, post_id: int) -> list[str]:
        """The addresses of the presses that are set, those of the article included."""
        kept = {f"/posts/{post_id}/like": self.likes_post, f"/posts/{post_id}/scrap": self.has_scrap}
        liked = [f"/comments/{comment_id}/like" for comment_id in self.comment_ids]
        return [*liked, *(address for address, is_set in kept.items() if is_set)]


def _own(table: Any, column: Any) -> Any:
    is_own = (table.member_id == bindparam("member_id"), table.post_id == bindparam("post_id"))
    return select(literal(table.__tablename__), column).where(*is_own)


_OWN = union_all(
    _own(CommentLike, CommentLike.comment_id), _own(PostLike, PostLike.post_id), _own(Scrap, Scrap.post_id)
)


def of_member(post_id: int, member_id: int) -> OwnReactions:
    """The reactions of a member to an article and its comments, in one query."""
    rows: Any = db.session.execute(_OWN, {"post_id": post_id, "member_id": member_id}).all()
    kinds = {row[0] for row in rows}
    comment_ids = frozenset(row[1] for row in rows if row[0] == CommentLike.__tablename__)
    return OwnReactions(comment_ids, PostLike.__tablename__ in kinds, Scrap.__tablename__ in kinds)


def check_comment(comment: Comment, member: Member) -> None:
    """:raises Refused: nobody may like this comment (410, 403), or this member wrote it (403)"""
    if comment.deleted_at:
        raise Refused(_("This comment was deleted."), 410)
    if not comment.is_public:
        raise Refused(_("Only comments that everybody can read can be liked."), 403)
    if comment.member_id == member.id:
        raise Refused(_("You cannot like your own comment."), 403)


def like_comment(comment: Comment, member: Member, is_liked: bool | None = None) -> bool:
    """Like a comment or take that back. Returns whether it is liked now.

    :param is_liked: what it shall be; None: the opposite of what it was
    :raises Refused: as `check_comment`, or the member is banned
    """
    bans.check(member)
    check_comment(comment, member)
    change = _change(CommentLike, is_liked, member, post_id=comment.post_id, comment_id=comment.id)
    if change:
        comment.like_count = Comment.like_count + change
    return _is_set(change, is_liked)


def like_post(post: Post, member: Member, is_liked: bool | None = None) -> bool:
    """Recommend an article or take that back. See `like_comment`."""
    bans.check(member)
    change = _change(PostLike, is_liked, member, post_id=post.id)
    if change:
        post.like_count = Post.like_count + change
    return _is_set(change, is_liked)


def keep_post(post: Post, member: Member, is_kept: bool | None = None) -> bool:
    """Put an article among a member's scraps or take it out. See `like_comment`."""
    return _is_set(_change(Scrap, is_kept, member, post_id=post.id), is_kept)


def forget(member: Member) -> None:
    """Delete all reactions of a member, in batches. The counts follow."""
    for table, target, column in (
        (CommentLike, Comment, CommentLike.comment_id),
        (PostLike, Post, PostLike.post_id),
    ):
        query = delete(table).where(table.member_id == member.id).returning(column)
        for ids in _batches(list(db.session.scalars(query))):
            fewer = update(target).where(target.id.in_(ids)).values(like_count=target.like_count - 1)
            db.session.execute(fewer)
    db.session.execute(delete(Scrap).where(Scrap.member_id == member.id))


def _change(table: Any, wanted: bool | None, member: Member, **keys: int) -> int:
    """Delete the row of these keys or insert it. Returns 1 if it was inserted, -1 if deleted, else 0."""
    keys["member_id"] = member.id
    if wanted is not True:
        is_row = (getattr(table, name) == value for name, value in keys.items())
        gone = db.session.execute(delete(table).where(*is_row).returning(table.member_id)).first()
        if gone or wanted is False:
            return -1 if gone else 0
    insert = upsert(table.__table__, db.engine.dialect.name).values(**keys, created_at=now())
    return len(db.session.execute(insert.on_conflict_do_nothing().returning(table.member_id)).all())


def _is_set(change: int, wanted: bool | None) -> bool:
    return change == 1 if wanted is None else wanted


def _batches(ids: list[int], size: int = 200) -> Iterator[list[int]]:
    return (ids[first : first + size] for first in range(0, len(ids), size))


@event.listens_for(Comment, "before_update")
def forget_likes(_mapper: Any, connection: Connection, comment: Comment) -> None:
    """Delete the likes of a comment that is being deleted."""
    if comment.deleted_at and inspect(comment).attrs.deleted_at.history.has_changes():
        connection.execute(delete(CommentLike).where(CommentLike.comment_id == comment.id))
        comment.like_count = 0
