"""What the editor does with comments in the queue: with one, or with several at once.

Each act returns sentences: what was done, and what was not. Sent twice, it changes nothing again.
"""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from database import db
from domain.moderation import author_letters, reports
from domain.moderation import comments as states
from domain.moderation.queue import text_version
from lib.web.paging import LARGEST_ID
from models import Comment, Member, Refused

MOST = 100  # comments of one act


def approve(seen: dict[int, str]) -> list[str]:
    """Approve comments.

    :param seen: the ids, and the text_version that the editor has read: another text is not approved
    """
    comments = _find(seen)
    changed = [comment for comment in comments if text_version(comment.body) != seen[comment.id]]
    waiting = [comment for comment in comments if comment.held_at and comment not in changed]
    for comment in waiting:
        states.approve(comment)
        reports.settle(comment)
    return _sentences(
        (len(waiting), _("Approved: %(n)s.", n=len(waiting))),
        (len(changed), _("Edited since you read them, so left as they are: %(n)s.", n=len(changed))),
        _missing(seen, comments),
    )


def hide(ids: Sequence[int], reason: str) -> list[str]:
    """Hide comments for the rules of the paper. Readers see the reason in their place; authors are told."""
    comments = _find(ids)
    for comment in comments:
        author_letters.tell_hidden(comment, reason)
        states.hide(comment, "rules", reason)
        reports.settle(comment)
    return _sentences((len(comments), _("Hidden: %(n)s.", n=len(comments))), _missing(ids, comments))


def restore(ids: Sequence[int]) -> list[str]:
    """Show hidden comments again; what waited before waits again. A temporary measure is ended elsewhere."""
    comments = _find(ids)
    for comment in comments:
        states.restore(comment, "rules")
    left = [comment for comment in comments if comment.hidden_at]
    return _sentences(
        (len(comments) - len(left), _("Shown again: %(n)s.", n=len(comments) - len(left))),
        (len(left), _("Hidden for another reason as well, so still hidden: %(n)s.", n=len(left))),
        _missing(ids, comments),
    )


def delete(ids: Sequence[int]) -> list[str]:
    """Delete comments for good: the text is erased."""
    comments = _find(ids)
    for comment in comments:
        comment.delete()
        reports.settle(comment)
    return _sentences((len(comments), _("Deleted: %(n)s.", n=len(comments))), _missing(ids, comments))


def authors(ids: Sequence[int]) -> list[Member]:
    """The authors of comments, each once, without editors."""
    members = {comment.member_id: comment.member for comment in _find(ids)}
    return [member for member in members.values() if not member.is_editor]


def _find(ids: Sequence[int] | dict[int, str]) -> Sequence[Comment]:
    """:raises Refused: none is chosen, or too many are"""
    if not ids:
        raise Refused(_("Please choose comments first."))
    if len(set(ids)) > MOST:
        raise Refused(_("At most %(n)s comments at once, please.", n=MOST))
    known = [id for id in ids if id <= LARGEST_ID]
    query = select(Comment).where(Comment.id.in_(known), Comment.deleted_at.is_(None)).order_by(Comment.id)
    return db.session.scalars(query.options(joinedload(Comment.member), joinedload(Comment.post))).all()


def _missing(ids: Sequence[int] | dict[int, str], comments: Sequence[Comment]) -> tuple[int, str]:
    missing = len(set(ids)) - len(comments)
    return missing, _("Skipped, because they are gone: %(n)s.", n=missing)


def _sentences(*counted: tuple[int, str]) -> list[str]:
    """Return the sentences that are about at least one comment."""
    return [sentence for count, sentence in counted if count]
