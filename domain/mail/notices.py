"""A member is told that a comment was answered: on the site and, by choice, by mail.

Never before a held reply is approved, never of a reply that the member may not read, nor of an own one. The
mail says who has replied and where, not what: that may be changed, hidden or deleted before it is read.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import Select, Table, and_, delete, event, func, inspect, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from database import db, upsert
from domain.mail import choices, outbox
from domain.mail.models import Mail, Notice, StoppedThread
from domain.mail.outbox import Letter
from lib.web.paging import LARGEST_ID
from models import Comment, Member, Post, Refused, now

MOST = 50  # listed, and counted
KEPT = timedelta(days=90)
_COLLECTED = "comments to tell of"


@event.listens_for(db.session, "after_flush")
def _collect(session: Session, _context: Any) -> None:
    """Collect the comments that this flush has added, or held or let out."""
    changed = (row for row in session.dirty if isinstance(row, Comment) and _has_changed(row))
    added = (row for row in session.new if isinstance(row, Comment) and row.parent_id)
    session.info.setdefault(_COLLECTED, []).extend([*added, *changed])


@event.listens_for(db.session, "before_commit")
def _tell_replies(session: Session) -> None:
    """Tell of them in their transaction, by the state committed: an act may let out and hold again."""
    if not session.in_nested_transaction():
        session.flush()
        for comment in session.info.pop(_COLLECTED, ()):
            if comment in session:  # not after a rollback, nor if its row was deleted
                act = tell_reply if _is_out(comment) else _take_back
                act(comment)


def tell_reply(comment: Comment) -> None:
    """Tell whoever is answered, once."""
    reader = comment.parent.member if comment.parent else None
    if reader is None or reader.id == comment.member_id or not reader.is_active:
        return
    if comment.created_at <= now() - KEPT:  # let out again, long after it was news
        return
    thread_id = comment.root_id or comment.id
    if not comment.may_read(reader) or choices.has_stopped(reader.id, thread_id):
        return
    values = {"member_id": reader.id, "comment_id": comment.id}
    table = cast("Table", Notice.__table__)
    insert = upsert(table, db.session.connection().dialect.name).values(**values)
    insert = insert.on_conflict_do_nothing(index_elements=["member_id", "comment_id"])
    if db.session.execute(insert.returning(Notice.id)).first():
        outbox.put(
            _reply_letter(comment),
            reader.email,
            event=f"{outbox.REPLY}{comment.id}",
            member_id=reader.id,
            topic="replies",
            thread_id=thread_id,
        )


def newest(member: Member) -> Sequence[Notice]:
    """What the member was told of and may still read, newest first."""
    query = _readable(select(Notice), member.id, now()).options(
        contains_eager(Notice.comment).options(joinedload(Comment.member), contains_eager(Comment.post))
    )
    return db.session.scalars(query.order_by(Notice.id.desc()).limit(MOST)).all()


def select_unread_count(member_id: Any, at: Any) -> Select[Any]:
    """Select the number of notices the member has not seen, counted up to MOST.

    :param member_id: a value or a bound parameter, as is `at`, the moment of what is visible
    """
    unread = _readable(select(Notice.id), member_id, at).where(Notice.read_at.is_(None)).limit(MOST)
    return select(func.count()).select_from(unread.subquery())


def find(member: Member, id: int) -> Notice:
    """A notice of this member.

    :raises Refused: there is none with this id (404)
    """
    query = (
        _readable(select(Notice), member.id, now())
        .where(Notice.id == id)
        .options(contains_eager(Notice.comment))
    )
    notice = db.session.scalar(query) if 0 < id <= LARGEST_ID else None
    if notice is None:
        raise Refused(_("There is no such notice: the reply may be gone."), 404)
    return notice


def mark_all_read(member: Member) -> None:
    unread = update(Notice).where(Notice.member_id == member.id, Notice.read_at.is_(None))
    db.session.execute(unread.values(read_at=now()))


def stopped_threads(member: Member) -> Sequence[Comment]:
    """The first comments of the threads that the member wants to hear no more of."""
    query = select(Comment).join(StoppedThread, StoppedThread.comment_id == Comment.id)
    mine = query.where(StoppedThread.member_id == member.id).options(joinedload(Comment.post))
    return db.session.scalars(mine.order_by(StoppedThread.comment_id.desc()).limit(MOST)).all()


def resume_thread(member: Member, comment_id: int) -> None:
    """Tell the member of replies in this thread again."""
    is_it = (StoppedThread.member_id == member.id, StoppedThread.comment_id == min(comment_id, LARGEST_ID))
    db.session.execute(delete(StoppedThread).where(*is_it))


def discard_old() -> None:
    """Delete the notices that are too old to be news."""
    db.session.execute(delete(Notice).where(Notice.created_at <= now() - KEPT))


def _take_back(comment: Comment) -> None:
    """Do not send a letter of a reply that is out of sight before it was sent. It is told when it returns."""
    waiting = delete(Mail).where(Mail.event == f"{outbox.REPLY}{comment.id}", Mail.due_at.is_not(None))
    if db.session.execute(waiting.where(Mail.attempts == 0).returning(Mail.id)).first():
        db.session.execute(delete(Notice).where(Notice.comment_id == comment.id))


def _has_changed(comment: Comment) -> bool:
    attributes = inspect(comment).attrs
    return any(attributes[name].history.has_changes() for name in ("held_at", "hidden_at", "deleted_at"))


def _is_out(comment: Comment) -> bool:
    return not (comment.deleted_at or comment.held_at or comment.hidden_at)


def _readable(query: Select[Any], member_id: Any, at: Any) -> Select[Any]:
    """Those notices of a member whose reply is still there."""
    states = (Comment.deleted_at, Comment.held_at, Comment.hidden_at)
    is_out = and_(*(state.is_(None) for state in states), Post.is_visible(at))
    joined = query.join(Comment, Comment.id == Notice.comment_id).join(Post, Post.id == Comment.post_id)
    return joined.where(Notice.member_id == member_id, is_out)


def _reply_letter(comment: Comment) -> Letter:
    name, title = comment.member.shown_name, comment.post.title
    return Letter(
        _("%(name)s has replied to your comment", name=name),
        [_("%(name)s has replied to your comment on “%(title)s”.", name=name, title=title)],
        comment.address,
        _("Read the reply"),
    )
