"""A new password for a member who has forgotten the old one.

Whoever asks adds a row and gets the same answer, whether anybody has the name: the member is looked up
afterwards, where mail is sent. So an answer, and the time that it takes, tell nothing.
"""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from database import db
from domain.mail import outbox
from domain.moderation import access, bans
from domain.neighbours import account_letters, links, membership, two_step
from domain.neighbours.models import AccountLink, ResetRequest
from lib.text import plain
from models import Member, Refused, digest, now

LONGEST_NAME = 300
MOST_MAILS, WITHIN = 3, timedelta(hours=1)  # to one member; a request older than that is answered no more
BATCH = 100  # requests that one transaction answers


def request(name: str) -> None:
    """Ask for a mail to the member of this username or address, if there is one."""
    db.session.add(ResetRequest(name=plain.line(name[:LONGEST_NAME])[:LONGEST_NAME]))


def has_requests() -> bool:
    """Whether somebody waits for an answer."""
    return db.session.scalar(select(ResetRequest.id).limit(1)) is not None


def answer_requests() -> None:
    """Put the mails of BATCH requests into the outbox and delete the requests. Old ones get no mail."""
    for waiting in db.session.scalars(select(ResetRequest).order_by(ResetRequest.id).limit(BATCH)).all():
        member = membership.find(waiting.name)
        if member and not member.closed_at and waiting.requested_at > now() - WITHIN:
            _mail_link(member)
        db.session.delete(waiting)


def link_by_editor(member: Member, editor: Member, *, without_two_step: bool = False) -> str:
    """Make a link that the editor hands to a member, in place of those made before. Returns its path.

    :param without_two_step: the member has neither the authenticator nor a recovery code: switch it off
    :raises Refused: the account is closed, or an editor's
    """
    if member.is_editor:
        raise Refused(_("An editor's password is set on the server: flask editor password."), 403)
    if member.left_at:
        raise Refused(_("This member has left."), 410)
    bans.check_not_closed(member)
    links.void(member, AccountLink.RESET)
    if without_two_step:
        two_step.switch_off(member)
    access.log(editor, member, "reset-link", _("without two-step login") if without_two_step else "")
    return path_of(links.make(member, AccountLink.RESET, lasts=links.BY_EDITOR_LASTS))


def owner(token: str) -> Member:
    """The member who may set a new password with this link.

    :raises Refused: the link is no longer valid (410), or the account is closed (403)
    """
    return _owner(links.check(AccountLink.RESET, token))


def set_password(token: str, password_hash: str) -> Member:
    """Use a link up: set the password and end every login. A link that came by mail confirms the address.

    Two-step login stays on. The transaction holds the write lock.

    :raises Refused: as `owner`
    """
    link = links.use(AccountLink.RESET, token)
    member = _owner(link)
    membership.change_password(member, password_hash)
    if link.address and link.address == member.email:
        member.email_confirmed_at = member.email_confirmed_at or now()
    return member


def path_of(token: str) -> str:
    """The address of the page on which the new password is typed."""
    return f"/password/reset/{token}"


def _owner(link: AccountLink) -> Member:
    member = db.session.get_one(Member, link.member_id)
    bans.check_not_closed(member)
    return member


def _mail_link(member: Member) -> None:
    if not outbox.is_on() or links.sent_within(member, AccountLink.RESET, WITHIN) >= MOST_MAILS:
        return
    token = links.make(member, AccountLink.RESET, member.email)
    ends = now() + links.LASTS[AccountLink.RESET]
    account_letters.put(
        account_letters.reset(member, path_of(token)), member, f"reset-{digest(token)[:16]}", ends
    )
