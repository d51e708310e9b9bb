"""The outbox as the desk sees it: what waits, what was given up, and trying that once more."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select, update

from database import db
from domain.mail import settings
from domain.mail.models import Mail
from lib.web.paging import LARGEST_ID
from models import Refused, now

MOST = 100  # listed, and counted


def waiting() -> Sequence[Mail]:
    """What is to be sent, next first."""
    is_due = select(Mail).where(Mail.due_at.is_not(None))
    return db.session.scalars(is_due.order_by(Mail.due_at, Mail.id).limit(MOST)).all()


def given_up() -> Sequence[Mail]:
    """What nobody tries to send any more, newest first."""
    return db.session.scalars(_given_up().order_by(Mail.id.desc()).limit(MOST)).all()


def count() -> int:
    """Number of letters that were given up, counted up to MOST."""
    return db.session.scalar(select(func.count()).select_from(_given_up().limit(MOST).subquery())) or 0


def find(id: int) -> Mail:
    """A letter that was given up.

    :raises Refused: there is none with this id (404)
    """
    mail = db.session.get(Mail, id) if 0 < id <= LARGEST_ID else None
    if mail is None or not mail.failed_at:
        raise Refused(_("There is no such letter: it may have been sent in the meantime."), 404)
    return mail


def retry(mail: Mail) -> None:
    """Try it once more.

    :raises Refused: it would be useless now (409)
    """
    if not mail.content or (mail.expires_at and mail.expires_at <= now()):
        raise Refused(_("The time for this letter has passed. It can only be deleted."), 409)
    mail.failed_at, mail.attempts, mail.due_at = None, 0, now()


def retry_all() -> None:
    """Try each that is not useless once more."""
    in_time = or_(Mail.expires_at.is_(None), Mail.expires_at > now())
    statement = update(Mail).where(Mail.failed_at.is_not(None), Mail.content.is_not(None), in_time)
    db.session.execute(statement.values(failed_at=None, attempts=0, due_at=now()))


def discard(mail: Mail) -> None:
    """Delete it. Its row stays without content, so that the same event is not told again."""
    mail.failed_at, mail.content = None, None


def missing() -> list[str]:
    """What is to be set before mail can be sent, in words. Empty: mail is on."""
    words = {
        "smtp_host": _("the mail server (smtp_host)"),
        "mail_from": _("the sender's address (mail_from)"),
        "site_url": _("the paper's address (site_url), because links in letters come from it"),
    }
    return [words[name] for name in settings.current().missing]


def _given_up() -> Select[Mail]:
    return select(Mail).where(Mail.failed_at.is_not(None))
