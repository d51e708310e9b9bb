"""Whether a member's e-mail address is the member's: a mail with a link to a page with a button.

Where mail is off nobody is asked, and a new address counts at once.
"""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from database import db
from domain.mail import outbox
from domain.moderation import bans, blocks
from domain.neighbours import account_letters, links
from domain.neighbours.models import AccountLink
from lib.text import names, plain
from models import Member, Refused, digest, local, now

MOST_MAILS, WITHIN = 4, timedelta(hours=1)  # to one member


def is_unconfirmed(member: Member) -> bool:
    """Whether a member is still to confirm the address."""
    return member.email_confirmed_at is None and not member.is_editor and outbox.is_on()


def check(member: Member) -> None:
    """:raises Refused: the member is still to confirm the address (403)"""
    if is_unconfirmed(member):
        sentence = _("Please confirm your e-mail address first: we have sent you a mail with a button. "
                     "Your own page sends it again.")  # fmt: skip
        raise Refused(sentence, 403)


def ask(member: Member) -> None:
    """Send a new member the link, if mail is on.

    :raises Refused: too many were sent in the last hour (429)
    """
    if is_unconfirmed(member):
        path, ends = _link(member, member.email)
        account_letters.put(account_letters.confirm(member, path), member, _event(path), ends)


def request_change(member: Member, email: str) -> None:
    """Send a link to a new address. If somebody has it, that member is told instead; the answer is the same.

    :raises Refused: it is the member's own already, of a blocked domain, or too many mails were sent (429)
    """
    _check_new(member, email)
    path, ends = _link(member, email)
    if holder := _holder(email):
        event = f"address-taken-{holder.id}-{local(now()):%Y%m%d}"
        return account_letters.put(account_letters.taken(holder), holder, event)
    letter = account_letters.change(member, path)
    return outbox.put(letter, email, event=_event(path), member_id=member.id, expires_at=ends)


def change_at_once(member: Member, email: str) -> None:
    """Change the address where mail is off.

    :raises Refused: as `request_change`, or somebody has it
    """
    _check_new(member, email)
    _change(member, email)


def waiting(token: str) -> tuple[Member, str]:
    """The member and the address that a link is about.

    :raises Refused: the link is no longer valid (410), or the account is closed (403)
    """
    return _about(links.check(AccountLink.ADDRESS, token))


def confirm(token: str) -> Member:
    """Use a link up: confirm the address, and make it the member's if it is a new one. The old one is told.

    The transaction holds the write lock.

    :raises Refused: as `waiting`, or somebody else has the address by now (409)
    """
    member, address = _about(links.use(AccountLink.ADDRESS, token))
    if address != member.email:
        old = member.email
        _change(member, address)
        outbox.put(account_letters.changed(member), old, event=f"address-changed-{digest(token)[:16]}")
    member.email_confirmed_at = now()
    return member


def _about(link: AccountLink) -> tuple[Member, str]:
    member = db.session.get_one(Member, link.member_id)
    bans.check_not_closed(member)
    return member, link.address


def _check_new(member: Member, email: str) -> None:
    if email == member.email:
        raise Refused(_("This is your address already."))
    if found := blocks.problem_with(email):
        raise Refused(found["email"])


def _link(member: Member, address: str) -> tuple[str, datetime]:
    """The path of a new link, and when it ends."""
    if links.sent_within(member, AccountLink.ADDRESS, WITHIN) >= MOST_MAILS:
        sentence = _("We have just sent you several mails. Please wait an hour, and look among the spam.")
        raise Refused(sentence, 429, retry_after=int(WITHIN.total_seconds()))
    token = links.make(member, AccountLink.ADDRESS, address)
    return f"/email/{token}", now() + links.LASTS[AccountLink.ADDRESS]


def _event(path: str) -> str:
    return f"address-{digest(path)[:16]}"


def _holder(email: str) -> Member | None:
    keys = (names.email_key(email), plain.key(email))
    return db.session.scalar(select(Member).where(Member.email_key.in_(keys), Member.left_at.is_(None)))


def _change(member: Member, email: str) -> None:
    """Make an address the member's. Links that were sent to another one are void."""
    taken = Refused(_("This address cannot be used. Please choose another one."), 409)
    holder = _holder(email)
    if holder and holder.id != member.id:
        raise taken
    try:
        with db.session.begin_nested():
            member.name_as(member.username, member.nickname, email)
            member.email_confirmed_at = None
    except IntegrityError:  # another transaction has taken it since
        raise taken from None
    links.void(member)
