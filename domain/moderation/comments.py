"""Changes of a comment's state: held until it is approved, hidden for a reason.

Both may be true of one comment, and it may be hidden for several reasons at once: for the rules, as a
temporary measure, as spam. Each is ended on its own, and what is true then is what was true before. Every
act can be repeated without effect. Counts and the search index follow by listeners, in the same transaction.
"""

from sqlalchemy import select

from database import db
from domain.moderation.models import Hiding
from models import Comment, now

_REASON = 300  # characters
_HELD_FOR = 200


def hold(comment: Comment, reason: str) -> None:
    """Let it wait for the editor: until then only its author and the editor read it.

    :param reason: what the queue says of it; one that is held already keeps its own
    """
    if not (comment.deleted_at or comment.held_at):
        comment.held_at, comment.held_for = now(), reason[:_HELD_FOR]


def approve(comment: Comment) -> None:
    """End its waiting. A hidden one stays hidden."""
    comment.held_at, comment.held_for = None, ""


def hide(comment: Comment, kind: str, reason: str = "") -> None:
    """Hide its text from everybody but its author and the editor.

    :param kind: "rules": the reason stands in its place; "hold" (임시조치): a notice; "spam": as if deleted
    :param reason: a sentence that readers are told, in plain text
    """
    if comment.deleted_at:
        return
    hiding = db.session.get(Hiding, (comment.id, kind))
    if hiding is None:
        db.session.add(Hiding(comment_id=comment.id, kind=kind, reason=reason[:_REASON], hidden_at=now()))
    elif reason:
        hiding.reason = reason[:_REASON]
    _show_strongest(comment)


def restore(comment: Comment, kind: str = "") -> None:
    """End its hiding of one kind; without a kind, the one that readers see. Other kinds go on."""
    if hiding := db.session.get(Hiding, (comment.id, kind or comment.hidden_for)):
        db.session.delete(hiding)
        _show_strongest(comment)


def _show_strongest(comment: Comment) -> None:
    """Copy the last kind of HIDDEN_FOR to the comment."""
    db.session.flush()
    hidings = db.session.scalars(select(Hiding).where(Hiding.comment_id == comment.id)).all()
    strongest = max(hidings, key=lambda hiding: Comment.HIDDEN_FOR.index(hiding.kind), default=None)
    comment.hidden_at = strongest and strongest.hidden_at
    comment.hidden_for = strongest.kind if strongest else ""
    comment.hidden_reason = strongest.reason if strongest else ""
