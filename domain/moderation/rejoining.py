"""Addresses of members who left, or were erased, while they might not write: they cannot join again at once.

Only a keyed hash of the address is stored, and when it ends.
"""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from database import db
from domain.moderation.models import BarredAddress
from lib.text import names
from lib.web.addresses import keyed_hash
from models import Member, now

LONGEST = timedelta(days=365)  # also of a ban without an end, and of a closed account


def bar(member: Member, secret: str) -> None:
    """Called before a member is erased: remember the address until the ban ends, if there is one.

    :param secret: the key that signs the cookies
    """
    if not (member.closed_at or member.is_banned):
        return
    longest = now() + LONGEST
    ends = longest if member.closed_at else min(member.banned_until or longest, longest)
    db.session.merge(BarredAddress(address=_hash(member.email, secret), ends_at=ends))


def problem_with(email: str, secret: str) -> dict[str, str]:
    """{"email": sentence} if nobody can join with this address now; else {}."""
    is_barred = (BarredAddress.address == _hash(email, secret), BarredAddress.ends_at > now())
    if db.session.scalar(select(BarredAddress.ends_at).where(*is_barred)) is None:
        return {}
    return {"email": _("Nobody can join with this e-mail address at present. The paper answers questions.")}


def discard_old() -> None:
    """Delete the hashes whose time is over."""
    db.session.execute(delete(BarredAddress).where(BarredAddress.ends_at <= now()))


def _hash(email: str, secret: str) -> str:
    return keyed_hash(f"barred {names.email_key(email[:300])}", secret)
