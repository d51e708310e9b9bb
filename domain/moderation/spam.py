"""An account that is spam: everything of it disappears in one act, can be undone for some time, then goes.

What a case changes is written down with it (SpamComment, SpamLike), so that undoing it brings back exactly
what was there: comments that had been deleted, held or hidden before stay so. Both acts are a fixed number of
statements, however much the account has written.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import case as case_
from sqlalchemy import delete, func, insert, literal, select, update

from database import db
from domain.mail import outbox
from domain.moderation import access, bans, counting, reports
from domain.moderation.models import CommentOrigin, Hiding, Report, SpamCase, SpamComment, SpamLike
from domain.neighbours import personal_data
from domain.neighbours.models import CommentLike, PostLike
from domain.search import search_index
from models import Comment, Member, Post, Refused, now

_AT_ONCE = 20  # cases that one run of the housekeeping erases
_AS_IT_IS = {"synchronize_session": False}  # the session forgets what it has read at the end of the act


def mark(member: Member, by: Member) -> SpamCase:
    """Close an account and hide everything of it. One that is marked already keeps its case.

    :raises Refused: an editor's account, or a member who has left
    """
    if found := open_case(member):
        return found
    bans.check_may_act(member)
    case = SpamCase(member_id=member.id, editor_id=by.id, closed_account=member.closed_at is None)
    case.created_at = now()
    if case.closed_account:
        bans.shut(member)
    access.log(by, member, "spam")
    db.session.add(case)
    db.session.flush()
    _hide_comments(case)
    _take_likes(case)
    outbox.drop_replies(member)
    db.session.expire_all()
    _settle_reports(case)
    return case


def undo(member: Member, by: Member) -> None:
    """Bring everything back, and let the account log in if this case has closed it.

    :raises Refused: it is not marked as spam, or already erased (410)
    """
    case = open_case(member)
    if case is None:
        raise Refused(_("This account is not marked as spam, or everything of it is erased already."), 410)
    case.undone_at = now()
    if case.closed_account:
        member.closed_at = None
    access.log(by, member, "spam-undone")
    db.session.flush()
    _show_comments(case)
    _give_likes_back(case)
    _forget(case)
    db.session.expire_all()


def open_case(member: Member) -> SpamCase | None:
    """The case of this member that can still be undone."""
    is_open = (SpamCase.undone_at.is_(None), SpamCase.erased_at.is_(None))
    return db.session.scalar(select(SpamCase).where(SpamCase.member_id == member.id, *is_open).limit(1))


def erase_old(secret: str) -> None:
    """Erase everything of accounts that were marked for longer than SpamCase.UNDONE_FOR, some at a time.

    :param secret: the key that signs the cookies
    """
    old = select(SpamCase).where(
        SpamCase.created_at <= now() - SpamCase.UNDONE_FOR,
        SpamCase.undone_at.is_(None),
        SpamCase.erased_at.is_(None),
    )
    for case in db.session.scalars(old.order_by(SpamCase.created_at).limit(_AT_ONCE)).all():
        _erase(case, secret)


def _hide_comments(case: SpamCase) -> None:
    already = select(Hiding.comment_id).where(Hiding.kind == "spam")
    of_account = select(literal(case.id), Comment.id).where(
        Comment.member_id == case.member_id, Comment.deleted_at.is_(None), Comment.id.not_in(already)
    )
    _run(insert(SpamComment).from_select(["case_id", "comment_id"], of_account))
    hidings = select(SpamComment.comment_id, literal("spam"), literal(""), literal(case.created_at)).where(
        SpamComment.case_id == case.id
    )
    _run(insert(Hiding).from_select(["comment_id", "kind", "reason", "hidden_at"], hidings))
    _show_strongest(case)


def _settle_reports(case: SpamCase) -> None:
    """Tell those who had reported one of the comments that it is gone."""
    reported = select(Report.comment_id).where(
        Report.closed_at.is_(None), Report.comment_id.in_(_comments(case))
    )
    for comment in db.session.scalars(select(Comment).where(Comment.id.in_(reported))).all():
        reports.settle(comment)


def _show_comments(case: SpamCase) -> None:
    """Those that were hidden again since, by themselves, stay hidden."""
    ours = (Hiding.kind == "spam", Hiding.hidden_at == case.created_at)
    _run(delete(Hiding).where(Hiding.comment_id.in_(_comments(case)), *ours))
    _show_strongest(case)


def _show_strongest(case: SpamCase) -> None:
    """Copy the strongest kind of hiding to each comment; then counts and the search index.

    As `comments` does it for one that the session holds, but in one statement, which no listener follows.
    """
    order = case_({kind: rank for rank, kind in enumerate(Comment.HIDDEN_FOR)}, value=Hiding.kind)

    def strongest(column: Any) -> Any:
        of_comment = select(column).where(Hiding.comment_id == Comment.id)
        return of_comment.order_by(order.desc()).limit(1).scalar_subquery()

    values = {
        "hidden_at": strongest(Hiding.hidden_at),
        "hidden_for": func.coalesce(strongest(Hiding.kind), ""),
        "hidden_reason": func.coalesce(strongest(Hiding.reason), ""),
    }
    _run(update(Comment).where(Comment.id.in_(_comments(case))).values(values))
    counting.recount(select(Comment.post_id).where(Comment.id.in_(_comments(case))))
    if search_index.is_supported(db.session.get_bind(Comment)):
        search_index.index_comments(list(db.session.scalars(_comments(case))))


def _take_likes(case: SpamCase) -> None:
    """Move the likes of the account into the case: they count no more."""
    columns = ["case_id", "kind", "target_id", "post_id", "created_at"]
    for kind, table, target in _LIKES:
        rows = select(literal(case.id), literal(kind), target, table.post_id, table.created_at)
        _run(insert(SpamLike).from_select(columns, rows.where(table.member_id == case.member_id)))
        _run(delete(table).where(table.member_id == case.member_id))
    _count_likes(case)


def _give_likes_back(case: SpamCase) -> None:
    """Those of comments that were deleted meanwhile are gone."""
    ours = SpamLike.case_id == case.id
    of_comments = (
        select(literal(case.member_id), SpamLike.target_id, SpamLike.post_id, SpamLike.created_at)
        .join(Comment, Comment.id == SpamLike.target_id)
        .where(ours, SpamLike.kind == "comment", Comment.deleted_at.is_(None))
    )
    _run(insert(CommentLike).from_select(["member_id", "comment_id", "post_id", "created_at"], of_comments))
    of_posts = (
        select(literal(case.member_id), SpamLike.target_id, SpamLike.created_at)
        .join(Post, Post.id == SpamLike.target_id)
        .where(ours, SpamLike.kind == "post")
    )
    _run(insert(PostLike).from_select(["member_id", "post_id", "created_at"], of_posts))
    _count_likes(case)


def _count_likes(case: SpamCase) -> None:
    for kind, table, column in _LIKES:
        target = Comment if kind == "comment" else Post
        amount = select(func.count()).where(column == target.id).select_from(table).scalar_subquery()
        of_case = select(SpamLike.target_id).where(SpamLike.case_id == case.id, SpamLike.kind == kind)
        _run(update(target).where(target.id.in_(of_case)).values(like_count=amount))


def _erase(case: SpamCase, secret: str) -> None:
    """Erase the texts and the member, as leaving does. Nothing of it was public any more."""
    at = now()
    of_account = Comment.member_id == case.member_id
    for table in (CommentOrigin, CommentLike):
        _run(delete(table).where(table.comment_id.in_(select(Comment.id).where(of_account))))
    _run(update(Comment).where(of_account, Comment.deleted_at.is_(None)).values(_erased(at)))
    _forget(case)
    case.erased_at = at
    personal_data.erase(case.member, comments="keep", secret=secret)  # what is kept of them is erased above
    db.session.flush()
    db.session.expire_all()


def _erased(at: datetime) -> dict[str, Any]:
    return {"deleted_at": at, "body": "", "links": None, "idempotency_key": None, "like_count": 0}


def _forget(case: SpamCase) -> None:
    for table in (SpamComment, SpamLike):
        _run(delete(table).where(table.case_id == case.id))


def _comments(case: SpamCase) -> Any:
    return select(SpamComment.comment_id).where(SpamComment.case_id == case.id)


def _run(statement: Any) -> None:
    db.session.execute(statement, execution_options=_AS_IT_IS)


_LIKES: tuple[tuple[str, Any, Any], ...] = (
    ("comment", CommentLike, CommentLike.comment_id),
    ("post", PostLike, PostLike.post_id),
)
