"""Logins whose password was right, until the code of the second step is typed in the same browser."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from database import db
from domain.moderation import bans
from domain.neighbours.models import PendingLogin
from models import Member, digest, now

LASTS = timedelta(minutes=10)


def begin(member: Member, *, remember: bool) -> str:
    """Add one and return its token, which the browser keeps. Deletes those that have ended.

    :raises Refused: the account is closed (403)
    """
    bans.check_not_closed(member)
    discard_old()
    token = secrets.token_urlsafe(32)
    db.session.add(
        PendingLogin(
            token_digest=digest(token), member_id=member.id, remember=remember, expires_at=now() + LASTS
        )
    )
    return token


def find(token: str) -> tuple[PendingLogin, Member] | None:
    """The pending login of this token, with its member; None if it has ended."""
    query = (
        select(PendingLogin, Member)
        .join(Member, Member.id == PendingLogin.member_id)
        .where(PendingLogin.token_digest == digest(token), PendingLogin.expires_at > now())
    )
    found = db.session.execute(query).one_or_none()
    return (found[0], found[1]) if found and found[1].is_active else None


def end_all(member: Member) -> None:
    """Delete those of a member: one has become a login, or the password has changed."""
    db.session.execute(delete(PendingLogin).where(PendingLogin.member_id == member.id))


def discard_old() -> None:
    """Delete those that have ended."""
    db.session.execute(delete(PendingLogin).where(PendingLogin.expires_at <= now()))
