"""Members who may not write for some time, and accounts that are closed.

A banned member reads, and is told until when and why. A closed account cannot log in.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, update

from database import db
from domain.mail import outbox
from domain.mail.outbox import Letter
from domain.moderation import access
from domain.neighbours.models import PendingLogin
from models import Login, Member, Refused, local, now


def ban(member: Member, until: datetime | None, reason: str, by: Member) -> None:
    """Forbid a member to write. Another ban replaces it.

    :param until: None: without an end
    :raises Refused: an editor's account, a member who has left, no reason, or a moment that has passed
    """
    check_may_act(member)
    if not reason.strip():
        raise Refused(_("Please give a reason: the member reads it."))
    if until and until <= now():
        raise Refused(_("The end of a ban lies in the future."))
    member.banned_until, member.ban_reason = until or Member.BANNED_FOR_GOOD, reason.strip()
    access.log(by, member, "banned", member.ban_reason)
    _tell(member, _("You may read but not write"), sentence(member))


def lift(member: Member, by: Member | None = None) -> None:
    """End a ban now."""
    if member.banned_until is None:
        return
    member.banned_until, member.ban_reason = None, ""
    access.log(by, member, "ban-lifted")


def close(member: Member, by: Member, reason: str = "") -> None:
    """Close an account: every login ends, and no new one begins. What was written stays.

    :raises Refused: an editor's account, or a member who has left
    """
    check_may_act(member)
    if member.closed_at is None:
        shut(member)
        access.log(by, member, "closed", reason)
        _tell(member, _("Your account is closed"), sentence(member))


def shut(member: Member) -> None:
    """Close an account as part of another act, which checks and logs it."""
    member.closed_at = now()
    for table in (Login, PendingLogin):
        db.session.execute(delete(table).where(table.member_id == member.id))
    db.session.expire(member, ["logins"])


def reopen(member: Member, by: Member | None = None) -> None:
    """Let a closed account log in again."""
    if member.closed_at is None:
        return
    member.closed_at = None
    access.log(by, member, "reopened")


def discard_old() -> None:
    """Forget the bans that have ended, with their reasons."""
    ended = update(Member).where(Member.banned_until <= now())
    db.session.execute(ended.values(banned_until=None, ban_reason=""))


def check_may_act(member: Member) -> None:
    """:raises Refused: an editor's account (403), or a member who has left (410)"""
    if member.is_editor:
        raise Refused(_("An editor's account cannot be banned or closed here."), 403)
    if member.left_at:
        raise Refused(_("This member has left."), 410)


def check(member: Member | None) -> None:
    """Called by every act that writes for readers or for the editor. A guest (None) is not banned.

    :raises Refused: the member is banned: until when, and why (403)
    """
    if member and (member.is_banned or member.closed_at):
        raise Refused(sentence(member), 403)


def check_not_closed(member: Member) -> None:
    """:raises Refused: the account is closed (403)"""
    if member.closed_at:
        raise Refused(
            _("This account was closed by the paper. If that is a mistake, please write to us."), 403
        )


def sentence(member: Member) -> str:
    """What a banned member is told in place of a form. Empty for one who may write."""
    if member.closed_at:
        return _("This account was closed by the paper. If that is a mistake, please write to us.")
    if not member.is_banned or member.banned_until is None:
        return ""
    if member.banned_until >= Member.BANNED_FOR_GOOD:
        return _("You may read but not write here. Reason: %(reason)s", reason=member.ban_reason)
    until = local(member.banned_until).strftime("%Y-%m-%d %H:%M")
    return _("You may not write until %(until)s. Reason: %(reason)s", until=until, reason=member.ban_reason)


def _tell(member: Member, subject: str, words: str) -> None:
    """Tell a member by mail, if the address is the member's for sure."""
    outbox.put_for_member(Letter(subject, [words]), member, event=f"ban {member.id} {now().isoformat()}")
