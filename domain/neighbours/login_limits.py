"""Limits of wrong passwords. They stop programs that guess, and lock nobody out of an account.

A wrong password counts three times, each over a day at most:

- for the account and the address block it came from: after FREE of them each further try has to wait, first
  FIRST_DELAY and then twice as long each time, up to LONGEST_DELAY. Others are not affected.
- for the address block alone (SENDER_LIMITS), whatever accounts were tried.
- for the account alone: after ACCOUNT_FREE of them, from any number of addresses, one try in ACCOUNT_DELAY.

A browser that has logged in to the account before (`known`) is counted apart: what others do does not hinder
it. Right passwords are not counted. No address is stored, only keyed hashes of blocks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, func, select

from database import db
from domain.neighbours.models import LoginFailure
from lib.text import plain
from lib.web.addresses import keyed_hash
from models import Member, Refused, now

FREE, FIRST_DELAY, LONGEST_DELAY = 6, timedelta(seconds=30), timedelta(minutes=15)
SENDER_LIMITS = ((6, timedelta(minutes=1)), (30, timedelta(hours=1)))  # failures of one address block
ACCOUNT_FREE, ACCOUNT_DELAY = 300, timedelta(minutes=5)  # 300: what fifty addresses can do at once
KEPT = timedelta(days=1)
KNOWN_FOR = timedelta(days=365)  # a browser that has logged in
CODE = "code-"  # before the member's id, where the second step of a login is counted


@dataclass(frozen=True)
class Attempt:
    """One try of a password.

    :param account: the member's id, for codes behind CODE; or the keyed hash of a name that nobody has
    :param sender: keyed hash of the address block
    :param known: whether the browser has logged in to this account before
    """

    account: str
    sender: str
    known: bool = False

    @classmethod
    def of(cls, member: Member | None, name: str, block: str, secret: str, *, known: bool) -> "Attempt":
        """An attempt from an address block; the name is what was typed."""
        account = str(member.id) if member else keyed_hash(plain.key(name[:300]), secret)
        return cls(account, keyed_hash(block, secret), known)

    @classmethod
    def of_code(cls, member: Member, block: str, secret: str, *, known: bool) -> "Attempt":
        """A code of two-step login, counted apart from passwords."""
        return cls(f"{CODE}{member.id}", keyed_hash(block, secret), known)


def count(attempt: Attempt) -> None:
    """Count a failure before the password is checked; `forget` deletes it again if it was right.

    Commit before the check, so that it is counted whatever happens.

    :raises Refused: 429, with the seconds to wait
    """
    discard_old()
    moment = now()
    free_at = max(_free_for_pair(attempt), _free_for_account(attempt), _free_for_sender(attempt, moment))
    if free_at > moment:
        raise _too_often(free_at - moment, attempt)
    db.session.add(LoginFailure(account=attempt.account, sender=attempt.sender, known=attempt.known))


def discard_old() -> None:
    """Delete the failures that count no more."""
    db.session.execute(delete(LoginFailure).where(LoginFailure.failed_at <= now() - KEPT))


def forget(attempt: Attempt) -> None:
    """Delete the failures of this account from this sender: the password was right."""
    db.session.execute(delete(LoginFailure).where(*_pair(attempt)))


def forget_account(member: Member) -> None:
    """Delete all failures of a member's account, who has a new password."""
    accounts = (str(member.id), f"{CODE}{member.id}")
    db.session.execute(delete(LoginFailure).where(LoginFailure.account.in_(accounts)))


def _free_for_pair(attempt: Attempt) -> datetime:
    amount, newest = _counted(*_pair(attempt))
    doublings = min(max(0, amount - FREE), 10)
    return newest + min(FIRST_DELAY * 2**doublings, LONGEST_DELAY) if amount >= FREE else newest


def _free_for_account(attempt: Attempt) -> datetime:
    amount, newest = _counted(LoginFailure.account == attempt.account, LoginFailure.known == attempt.known)
    return newest + ACCOUNT_DELAY if amount >= ACCOUNT_FREE else newest


def _free_for_sender(attempt: Attempt, moment: datetime) -> datetime:
    """When the last of so many failures is old enough. Known browsers are spared."""
    free_at = moment
    for most, within in () if attempt.known else SENDER_LIMITS:
        failures = select(LoginFailure.failed_at).where(
            LoginFailure.sender == attempt.sender, LoginFailure.known.is_(False)
        )
        last = db.session.scalar(failures.order_by(LoginFailure.failed_at.desc()).offset(most - 1).limit(1))
        free_at = max(free_at, last + within) if last else free_at
    return free_at


def _pair(attempt: Attempt) -> tuple[ColumnElement[bool], ...]:
    return (
        LoginFailure.account == attempt.account,
        LoginFailure.known == attempt.known,
        LoginFailure.sender == attempt.sender,
    )


def _counted(*conditions: ColumnElement[bool]) -> tuple[int, datetime]:
    """How many failures there are, and when the newest was."""
    query = select(func.count(), func.max(LoginFailure.failed_at)).where(*conditions)
    amount, newest = db.session.execute(query).one()
    return amount, newest or now() - KEPT


def _too_often(wait: timedelta, attempt: Attempt) -> Refused:
    seconds = int(wait.total_seconds()) + 1
    minutes = -(-seconds // 60)
    if attempt.account.startswith(CODE):
        sentence = _("The code was wrong too often. Minutes to wait until the next try: %(n)s.", n=minutes)
    else:
        sentence = _(
            "The password was wrong too often. Minutes to wait until the next try: %(n)s.", n=minutes
        )
    return Refused(sentence, 429, retry_after=seconds)
