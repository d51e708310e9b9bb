"""Links that are sent to somebody: to a new password, or to confirm an address.

Each is used once and ends after a time. Only digests of their tokens are stored.
"""

import secrets
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from database import db
from domain.neighbours.models import AccountLink
from models import Member, Refused, digest, now

LASTS = {AccountLink.RESET: timedelta(hours=1), AccountLink.ADDRESS: timedelta(days=3)}
BY_EDITOR_LASTS = timedelta(days=1)  # a link that is told on the telephone, or written on paper


def make(member: Member, kind: str, address: str = "", lasts: timedelta | None = None) -> str:
    """Add a link and return its token.

    :param kind: RESET or ADDRESS of AccountLink
    :param address: that it is sent to
    """
    token = secrets.token_urlsafe(32)
    db.session.add(
        AccountLink(
            kind=kind,
            token_digest=digest(token),
            member_id=member.id,
            address=address,
            expires_at=now() + (lasts or LASTS[kind]),
        )
    )
    return token


def check(kind: str, token: str) -> AccountLink:
    """The link of this token, which stays as it is.

    :raises Refused: 410, it was used, has ended or was never made
    """
    link = db.session.scalar(
        select(AccountLink).where(
            AccountLink.kind == kind,
            AccountLink.token_digest == digest(token),
            AccountLink.expires_at > now(),
        )
    )
    if link is None:
        raise Refused(_("This link has been used, or it has ended. Please ask for a new one."), 410)
    return link


def use(kind: str, token: str) -> AccountLink:
    """Delete the link of this token and return it. The transaction holds the write lock.

    :raises Refused: as `check`
    """
    link = check(kind, token)
    db.session.delete(link)
    db.session.flush()
    return link


def void(member: Member, kind: str | None = None) -> None:
    """Delete a member's links: of one kind, or all of them."""
    query = delete(AccountLink).where(AccountLink.member_id == member.id)
    db.session.execute(query.where(AccountLink.kind == kind) if kind else query)


def sent_within(member: Member, kind: str, period: timedelta) -> int:
    """How many links of a kind were sent to a member in the last time."""
    query = select(func.count()).where(
        AccountLink.member_id == member.id,
        AccountLink.kind == kind,
        AccountLink.address != "",
        AccountLink.created_at > now() - period,
    )
    return db.session.scalar(query) or 0


def discard_old() -> None:
    """Delete the links that have ended."""
    db.session.execute(delete(AccountLink).where(AccountLink.expires_at <= now()))
