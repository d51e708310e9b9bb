"""A comment is written: the act of neighbours, and the one that many do at once. It goes past the unit of work, for the others wait."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from database.statement import Statement
from domain.neighbours import activity
from domain.search import search_index
from lib.plain import maker
from lib.web.paging import LARGEST_ID
from models import Comment, Member, Post, now


def post(post_id: int) -> Post | None:
    """The article to write under, in whatever state; plain (lib/plain.py), without its text."""
    rows = _POST(post_id=post_id) if 0 < post_id <= LARGEST_ID else []
    return _post(rows[0]) if rows else None


def comment(comment_id: int) -> Comment | None:
    """The comment to answer, with its writer and the one it answers itself; plain."""
    rows = _COMMENT(comment_id=comment_id) if 0 < comment_id <= LARGEST_ID else []
    if not rows:
        return None
    found = _comment(rows[0])
    found.member = _member(_MEMBER(member_id=found.member_id)[0])
    found.parent = comment(found.parent_id) if found.parent_id and found.secret else None
    return found


def sent_with(member: Member, idempotency_key: str) -> Comment | None:
    """What this very form has made already; plain."""
    return _first(_WITH_KEY(member_id=member.id, idempotency_key=idempotency_key))


def last_of(member: Member) -> Comment | None:
    """A member's newest comment, a deleted one too; plain."""
    return _first(_LAST(member_id=member.id))


def write(
    post: Post, body: str, by: Member, reply_to: Comment | None, *, secret: bool, idempotency_key: str | None
) -> Comment:
    """`Post.comment`, kept and counted and indexed, within `database.writing`. Returns it plain.

    :raises Refused: as Post.comment
    :raises IntegrityError: this member has sent one with this key already
    """
    drafted = Comment.drafted(post, body, by, reply_to, secret=secret)
    values = dict.fromkeys(_GIVEN) | {"created_at": now(), "idempotency_key": idempotency_key} | drafted
    ((comment_id,),) = _INSERT(**values)
    written = _comment([comment_id, *values.values()])
    if not written.secret:
        _COUNT(post_id=post.id)
    search_index.add_comment(written, post)
    activity.written(written.created_at)
    return written


def _first(rows: Sequence[Any]) -> Comment | None:
    return _comment(rows[0]) if rows else None


_GIVEN = [column.key for column in Comment.__table__.columns][1:]  # all but the id
_OF_A_POST = [column for column in Post.__table__.columns if column.key != "body"]
_post, _comment, _member = maker(Post, [column.key for column in _OF_A_POST]), maker(Comment), maker(Member)
_OWN = select(Comment.__table__).where(Comment.member_id == bindparam("member_id"))
_POST = Statement(select(*_OF_A_POST).where(Post.id == bindparam("post_id")))
_COMMENT = Statement(select(Comment.__table__).where(Comment.id == bindparam("comment_id")))
_MEMBER = Statement(select(Member.__table__).where(Member.id == bindparam("member_id")))
_WITH_KEY = Statement(_OWN.where(Comment.idempotency_key == bindparam("idempotency_key")))
_LAST = Statement(_OWN.order_by(Comment.id.desc()).limit(1))
_INSERT = Statement(insert(Comment.__table__).returning(Comment.__table__.c.id), columns=_GIVEN)
_COUNT = Statement(
    update(Post.__table__).where(Post.id == bindparam("post_id")).values(comment_count=Post.comment_count + 1)
)
