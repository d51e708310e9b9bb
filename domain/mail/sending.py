"""Sends what waits in the outbox.

A letter is claimed in one transaction, handed over outside of any, and marked in the next: two processes
never send the same one. A process that is killed between handing over and marking leaves a letter that is
sent once more when the claim has expired.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from database import db, end_transaction
from domain.mail import choices, rendering
from domain.mail.models import Mail
from domain.mail.outbox import Letter
from domain.mail.rendering import Envelope
from domain.mail.settings import MailSettings, ascii_domain
from domain.mail.smtp import MailConnection, MailFailure
from models import now

CLAIMED = timedelta(minutes=20)  # longer than any attempt takes
LONGEST_PAUSE = timedelta(hours=1)  # between two attempts; the first pauses are shorter
MOST_ATTEMPTS = 50  # in two days
TEST_SECONDS = 10  # for each answer
KEPT = timedelta(days=30)  # rows of letters that were sent or given up
KEPT_WAITING = timedelta(days=7)  # letters that nobody sends, because mail was switched off


@dataclass(frozen=True)
class _Claim:
    id: int
    attempts: int
    until: datetime
    recipient: str
    message: EmailMessage


def send_waiting(settings: MailSettings) -> Iterator[bool]:
    """Send every letter that is due, until the server fails. The caller commits at each yield.

    Yields whether a letter was sent.
    """
    connection = MailConnection(settings)
    try:
        claim = _claim_next(settings)
        yield False
        while claim:
            failure = _hand_over(connection, claim)
            _mark(claim, failure)
            claim = None if failure and failure.is_servers else _claim_next(settings)
            yield failure is None
    finally:
        connection.close()


def send_test(settings: MailSettings, address: str) -> None:
    """Hand a letter over at once, and wait for the server; not for long.

    :raises MailFailure: with what is wrong, in words
    """
    if settings.missing:
        raise MailFailure(_("Still to be set: %(names)s.", names=", ".join(settings.missing)))
    letter = Letter(_("A test letter"), [_("This letter has come through: the paper can send mail.")], "/")
    try:
        envelope = Envelope(0, ascii_domain(address), now())
        message = rendering.render(letter, envelope, settings, str(get_locale() or "ko"))
    except ValueError as error:
        raise MailFailure(_("The address is malformed.")) from error
    end_transaction()
    connection = MailConnection(settings, TEST_SECONDS, TEST_SECONDS)
    try:
        connection.send(message, envelope.address)
    finally:
        connection.close()


def purge() -> int:
    """Delete the rows of letters that were sent or given up long ago. Returns how many."""
    at = now()
    old = delete(Mail).where(Mail.created_at <= at - KEPT)
    stale = delete(Mail).where(Mail.created_at <= at - KEPT_WAITING, Mail.due_at.is_not(None))
    deleted = [db.session.execute(each.returning(Mail.id)).all() for each in (old, stale)]
    db.session.execute(
        update(Mail).where(Mail.expires_at <= at, Mail.content.is_not(None), Mail.due_at.is_(None))
        .values(content=None)
    )  # fmt: skip
    return sum(map(len, deleted))


def _claim_next(settings: MailSettings) -> _Claim | None:
    """The next letter that is due, which nobody else will try until the claim expires."""
    while row := _claim_row(now()):
        if not choices.wants(row.member_id, row.topic, row.thread_id):
            db.session.execute(delete(Mail).where(Mail.id == row.id))
        elif row.expires_at and row.expires_at <= now():
            _set(row.id, row.due_at, **_given_up(_("It was too late.")), content=None)
        else:
            try:
                return _prepare(row, settings)
            except ValueError:
                _set(row.id, row.due_at, **_given_up(_("The address is malformed.")))
    return None


def _claim_row(at: datetime) -> Any:
    due = select(Mail.id).where(Mail.due_at <= at).order_by(Mail.due_at, Mail.id).limit(1).scalar_subquery()
    columns = (
        Mail.id, Mail.address, Mail.member_id, Mail.topic, Mail.thread_id, Mail.content, Mail.created_at,
        Mail.expires_at, Mail.due_at, Mail.attempts,
    )  # fmt: skip
    values = {"due_at": at + CLAIMED, "attempts": Mail.attempts + 1}
    statement = update(Mail).where(Mail.id == due).values(**values).returning(*columns)
    return db.session.execute(statement, execution_options={"synchronize_session": False}).first()


def _prepare(row: Any, settings: MailSettings) -> _Claim:
    """:raises ValueError: the address cannot be written to"""
    address = ascii_domain(row.address)
    envelope = Envelope(row.id, address, row.created_at, row.topic, row.member_id, row.thread_id)
    message = rendering.render(Letter(**row.content), envelope, settings, str(get_locale() or "ko"))
    return _Claim(row.id, row.attempts, row.due_at, address, message)


def _hand_over(connection: MailConnection, claim: _Claim) -> MailFailure | None:
    try:
        connection.send(claim.message, claim.recipient)
    except MailFailure as failure:
        if failure.is_servers:
            connection.close()
        return failure
    return None


def _mark(claim: _Claim, failure: MailFailure | None) -> None:
    if failure is None:
        values: dict[str, Any] = {"sent_at": now(), "due_at": None, "content": None, "error": ""}
    elif failure.is_permanent or claim.attempts >= MOST_ATTEMPTS:
        values = _given_up(str(failure))
    else:
        values = {"due_at": now() + pause_after(claim.attempts), "error": str(failure)[:300]}
    _set(claim.id, claim.until, **values)


def pause_after(attempts: int) -> timedelta:
    """The pause after so many attempts: one minute, two, four … up to LONGEST_PAUSE."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)


def _given_up(reason: str) -> dict[str, Any]:
    return {"failed_at": now(), "due_at": None, "error": reason[:300]}


def _set(mail_id: int, claimed_until: datetime, **values: Any) -> None:
    """Change a row that we have claimed, unless the claim has expired and somebody else has it."""
    statement = update(Mail).where(Mail.id == mail_id, Mail.due_at == claimed_until).values(**values)
    db.session.execute(statement, execution_options={"synchronize_session": False})
