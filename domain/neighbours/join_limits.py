"""Limits of joining from one address block, over a day. No address is stored, only keyed hashes of blocks."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from database import db
from domain.neighbours.models import JoinAttempt
from models import Member, Refused, digest, now

WITHOUT_WORK = 2  # joins a day from browsers that have not done the work that is asked for
ATTEMPTS_PER_DAY = 30  # forms with the right digits, most of them refused because a name is taken
DOUBLE_SEND = timedelta(minutes=10)  # between two sends of one form for joining
KEPT = timedelta(days=1)


def check(sender: str, joins_per_day: int) -> None:
    """Refuse senders who have reached a limit.

    :param sender: keyed hash of an address block
    :raises Refused: 429
    """
    query = select(func.count(), func.count(JoinAttempt.member_id)).where(
        JoinAttempt.sender == sender, JoinAttempt.tried_at > now() - KEPT
    )
    attempts, joins = db.session.execute(query).one()
    if joins >= joins_per_day:
        sentence = _("So many people have joined from your connection today that we ask you to come again "
                     "tomorrow, or to write to the paper.")  # fmt: skip
        raise Refused(sentence, 429, retry_after=int(KEPT.total_seconds()))
    if attempts >= ATTEMPTS_PER_DAY:
        sentence = _(
            "The join form was sent too often from your connection today. Please come again tomorrow."
        )
        raise Refused(sentence, 429, retry_after=int(KEPT.total_seconds()))


def count(sender: str, form_key: str) -> JoinAttempt:
    """Add an attempt, whose `member_id` is set by whoever joins with it."""
    discard_old()
    attempt = JoinAttempt(sender=sender, form_digest=digest(form_key))
    db.session.add(attempt)
    return attempt


def discard_old() -> None:
    """Delete the attempts that count no more."""
    db.session.execute(delete(JoinAttempt).where(JoinAttempt.tried_at <= now() - KEPT))


def joined_with(form_key: str) -> Member | None:
    """The member who has just joined with this form."""
    query = (
        select(Member)
        .join(JoinAttempt, JoinAttempt.member_id == Member.id)
        .where(JoinAttempt.form_digest == digest(form_key), JoinAttempt.tried_at > now() - DOUBLE_SEND)
    )
    return db.session.scalar(query)
