"""A letter to the editors every morning: what waits at the desk."""

from flask_babel import gettext as _
from sqlalchemy import func, select

from database import db
from domain.desk import claims as desk_claims
from domain.desk import letters as desk_letters
from domain.mail import dead_letters, outbox
from domain.mail.outbox import Letter
from domain.moderation import holds, reports
from models import Comment, local, now

HOUR = 7  # of the paper's day, from which on the digest is sent
MOST_COUNTED = 100


def put_digest() -> None:
    """Write today's digest, once a day and only if something waits."""
    at = local(now())
    if at.hour < HOUR or not outbox.is_on():
        return
    if lines := waiting():
        letter = Letter(
            _("What waits at the desk: %(day)s", day=f"{at:%m.%d}"), lines, "/desk/", _("To the desk")
        )
        outbox.put_for_editors(letter, event=f"digest-{at.date()}", topic="digest")


def waiting() -> list[str]:
    """What waits for the editor, a sentence for each kind."""
    counts = [
        (_held_comments(), lambda n: _("Comments waiting for approval: %(n)s", n=n)),
        (reports.open_count(), lambda n: _("Reported comments and articles: %(n)s", n=n)),
        (holds.waiting(), lambda n: _("Requests to take something down: %(n)s", n=n)),
        (desk_claims.open_count(), lambda n: _("Claims to a correction or a reply: %(n)s", n=n)),
        (desk_letters.unread_count(), lambda n: _("Unread tips and advertising inquiries: %(n)s", n=n)),
        (dead_letters.count(), lambda n: _("Letters that could not be delivered: %(n)s", n=n)),
    ]
    return [sentence(number) for number, sentence in counts if number]


def _held_comments() -> int:
    held = select(Comment.id).where(
        Comment.held_at.is_not(None), Comment.deleted_at.is_(None), Comment.hidden_at.is_(None)
    )
    return db.session.scalar(select(func.count()).select_from(held.limit(MOST_COUNTED).subquery())) or 0
