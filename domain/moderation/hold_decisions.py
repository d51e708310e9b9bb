"""What becomes of a request: the editor's decisions, and the rule of the terms when a measure ends.

An article under a measure is taken down as any other: it is in no list, feed or search. Only its address
says why. Every act is recorded as an entry, which is kept as long as the request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _
from sqlalchemy import delete, select

from database import db
from domain.desk import revisions
from domain.moderation import comments, hold_words
from domain.moderation.models import Hold, HoldEntry
from models import Member, Refused, now

MOST_AT_ONCE = 100  # requests whose clocks are looked at in one run
# The states in which each decision can be made.
_FROM = {
    "held": ("new", "refused"),
    "refused": ("new",),
    "restored": ("held", "objected"),
    "deleted": ("new", "refused", "held", "objected"),
    "withdrawn": ("new", "held", "objected"),
}


@dataclass(frozen=True)
class Decision:
    """A decision as the editor wrote it.

    :param days: for which it is hidden, where the kind is "held"
    """

    kind: str  # one of KINDS
    reply: str
    days: int = Hold.DAYS

    KINDS: ClassVar[tuple[str, ...]] = tuple(_FROM)


def possible(hold: Hold) -> list[str]:
    """The kinds of decisions that can be made now."""
    return [kind for kind, states in _FROM.items() if hold.state in states]


def decide(hold: Hold, author: Member | None, decision: Decision) -> None:
    """Carry out and record a decision, and tell both sides. The same one again changes nothing.

    :raises Refused: the state of the request does not allow it, or its target is gone (409)
    """
    if _is_done(hold, decision.kind):
        return
    if decision.kind not in possible(hold):
        raise Refused(_("This request was decided already. Please look at it again."), 409)
    if decision.kind == "held":
        _begin(hold, author, min(decision.days, Hold.DAYS))
    else:
        _end(hold, author, decision.kind)
    _record(hold, author, decision.kind, decision.reply)


def run_clocks(without_objection: str) -> int:
    """Ask the editor before a measure ends, and end those whose time is over. Returns how many ended.

    :param without_objection: "delete" or "restore"; what was objected to is always restored
    """
    soon = now() + Hold.ASKED_BEFORE
    query = select(Hold).where(Hold.closed_at.is_(None), Hold.held_at.is_not(None), Hold.ends_at <= soon)
    ended = 0
    for hold in db.session.scalars(query.order_by(Hold.ends_at).limit(MOST_AT_ONCE)).all():
        if hold.ends_at and hold.ends_at <= now():
            is_restored = hold.objected_at or without_objection == "restore"
            kind = "restored" if is_restored and not hold.is_gone else "deleted"
            _end(hold, None, kind)
            _record(hold, None, kind, hold_words.ended(hold, kind))
            ended += 1
        elif hold.asked_at is None:
            hold.asked_at = now()
            _record(hold, None, "asked")
    return ended


def discard_old() -> None:
    """Delete requests that were closed long ago with their entries. Housekeeping deletes their files."""
    db.session.execute(delete(Hold).where(Hold.closed_at <= now() - Hold.KEPT))


def _is_done(hold: Hold, kind: str) -> bool:
    return hold.state == kind or (kind == "held" and hold.state == "objected")


def _begin(hold: Hold, author: Member | None, days: int) -> None:
    ends_at = Hold.end_after(days)
    _name_writer(hold)
    if hold.comment and not hold.comment.deleted_at:
        comments.hide(hold.comment, "hold", hold_words.in_place(ends_at))
    elif hold.post and hold.post.state == "published":
        with _recorded(hold, author):
            hold.post.delete()
    else:
        raise Refused(_("What the request is about is not there any more."), 409)
    hold.held_at, hold.ends_at, hold.asked_at = now(), ends_at, None
    hold.outcome, hold.closed_at = "", None


def _end(hold: Hold, author: Member | None, kind: str) -> None:
    """Close a request. What is hidden for another request too stays hidden."""
    if kind == "deleted":
        _name_writer(hold)
        _delete(hold, author)
    elif hold.held_at and not _is_held_by_another(hold):
        _show_again(hold, author)
    hold.outcome, hold.closed_at = kind, now()


def _name_writer(hold: Hold) -> None:
    """From now on the writer is told. Before anything is done, nothing of a request leads to the writer.

    Nor does it lead to one who has left.
    """
    if hold.comment and hold.comment.member.left_at is None:
        hold.writer_id = hold.comment.member_id
    elif hold.post:
        hold.writer_id = hold.post.author_id


def _delete(hold: Hold, author: Member | None) -> None:
    if hold.comment:
        hold.comment.delete()
    elif hold.post and hold.post.state == "published":
        with _recorded(hold, author):
            hold.post.delete()


def _show_again(hold: Hold, author: Member | None) -> None:
    if hold.comment:
        comments.restore(hold.comment, "hold")
    elif hold.post and not hold.post.erased_at:
        with _recorded(hold, author):
            hold.post.restore()


def _is_held_by_another(hold: Hold) -> bool:
    same = Hold.comment_id == hold.comment_id if hold.comment_id else Hold.post_id == hold.post_id
    others = (Hold.id != hold.id, Hold.held_at.is_not(None), Hold.closed_at.is_(None))
    return db.session.scalar(select(Hold.id).where(same, *others).limit(1)) is not None


@contextmanager
def _recorded(hold: Hold, author: Member | None) -> Iterator[None]:
    """Keep the versions of the article before and after."""
    if hold.post:
        note = _("Temporary measure %(number)s", number=hold.number)
        with revisions.recorded(hold.post, author, note):
            yield


def _record(hold: Hold, author: Member | None, kind: str, reply: str = "") -> None:
    """Add an entry, and tell those whom it concerns."""
    hold.entries.append(HoldEntry(kind=kind, reply=reply, author_id=author.id if author else None))
    db.session.flush()
    if reply:
        hold_words.tell_requester(hold, kind, reply)
    hold_words.tell_writer(hold, kind)
    if author is None:  # nobody at the desk has done it
        hold_words.tell_editors(hold, kind)
