"""Two-step login: a code of six digits from an authenticator (TOTP, RFC 6238), or a recovery code.

Each code is valid once. Those of the thirty seconds before and after are accepted, for clocks that are wrong.
"""

import hmac
import secrets
import unicodedata
from datetime import UTC, datetime

from flask_babel import gettext as _
from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import delete, func, select

from database import db
from domain.neighbours import account_letters
from domain.neighbours.models import RecoveryCode, TwoStep
from models import Member, Refused, digest, now

STEP = 30  # seconds
STEPS_ACCEPTED = (0, -1, 1)
RECOVERY_CODES = 10
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none looks like another
_CODE_LENGTH = 12


def is_on(member: Member) -> bool:
    """Whether a login of this member has a second step."""
    return db.session.get(TwoStep, member.id) is not None


def new_secret() -> str:
    """A secret for an authenticator, in base32."""
    return random_base32()


def address(secret: str, username: str, paper: str) -> str:
    """What the QR code says: an otpauth address."""
    return TOTP(secret).provisioning_uri(name=username, issuer_name=paper or None)


def switch_on(member: Member, secret: str, code: str) -> list[str]:
    """Switch it on if the code is that of the secret. Returns the recovery codes; their digests are stored.

    :raises Refused: the code is wrong, or it is on already (409)
    """
    if is_on(member):
        raise Refused(_("Two-step login is on already."), 409)
    step = _matching_step(secret, _tidy(code), 0)
    if step is None:
        raise Refused(_("The code is not right. Please type the one that the app shows now."))
    db.session.add(TwoStep(member_id=member.id, secret=secret, last_step=step))
    return renew_codes(member)


def switch_off(member: Member) -> None:
    """Switch it off, if it is on, and tell the member by mail."""
    row = db.session.get(TwoStep, member.id)
    if row is None:
        return
    forget(member)
    event = f"two-step-off-{member.id}-{int(row.created_at.timestamp())}"
    account_letters.put(account_letters.two_step_off(member), member, event)


def forget(member: Member) -> None:
    """Delete the secret and the recovery codes."""
    for table in (TwoStep, RecoveryCode):
        db.session.execute(delete(table).where(table.member_id == member.id))


def renew_codes(member: Member) -> list[str]:
    """Make recovery codes in place of those there are. Returns them as they are shown, once."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    codes = ["".join(secrets.choice(_LETTERS) for _n in range(_CODE_LENGTH)) for _n in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(member_id=member.id, code_digest=digest(code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, _CODE_LENGTH, 4)) for code in codes]


def codes_left(member: Member) -> int:
    """How many recovery codes are unused."""
    return db.session.scalar(select(func.count()).where(RecoveryCode.member_id == member.id)) or 0


def use(member: Member, code: str) -> bool:
    """Whether a code is right; it is then used up. The transaction holds the write lock."""
    typed = _tidy(code)
    if len(typed) == _CODE_LENGTH:
        return _use_recovery_code(member, typed)
    row = db.session.get(TwoStep, member.id)
    step = _matching_step(row.secret, typed, row.last_step) if row else None
    if row is None or step is None:
        return False
    row.last_step = step
    return True


def _use_recovery_code(member: Member, code: str) -> bool:
    query = delete(RecoveryCode).where(
        RecoveryCode.member_id == member.id, RecoveryCode.code_digest == digest(code)
    )
    return db.session.execute(query.returning(RecoveryCode.id)).first() is not None


def _matching_step(secret: str, code: str, last_step: int) -> int | None:
    """The step after `last_step` that this is the code of."""
    totp, current = TOTP(secret, interval=STEP), int(now().timestamp()) // STEP
    for step in (current + drift for drift in STEPS_ACCEPTED):
        right = totp.at(datetime.fromtimestamp(step * STEP, UTC))
        if step > last_step and hmac.compare_digest(right.encode(), code.encode()):
            return step
    return None


def _tidy(code: str) -> str:
    """A code as typed: any width and case, with spaces and dashes."""
    folded = unicodedata.normalize("NFKC", code[:100]).upper()
    return "".join(c for c in folded if c.isascii() and c.isalnum())
