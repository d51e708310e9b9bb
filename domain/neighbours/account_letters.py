"""The words of mails about accounts. No mail but the one it was asked for holds a link with a token."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from domain.mail import outbox
from domain.mail.outbox import Letter
from models import Member, Paper, local


def reset(member: Member, path: str) -> Letter:
    """The link to a new password."""
    return Letter(
        _("A new password"),
        [
            _("%(nickname)s, somebody has asked for a new password.", nickname=member.nickname),
            _("Your username: %(username)s", username=member.username),
            _("The button can be used once, within an hour. If it was not you, there is nothing to do."),
        ],
        path,
        _("Choose a new password"),
    )


def password_changed(at: datetime) -> Letter:
    """After a new password was set: on the own page, with a link, or on the server."""
    return Letter(
        _("Your password was changed"),
        [
            _("%(moment)s: your password was changed, and all other logins have ended.", moment=_shown(at)),
            *_if_it_was_not_you(),
        ],
        "/login",
        _("Log in"),
    )


def confirm(member: Member, path: str) -> Letter:
    """The link that confirms the address of a new member."""
    return Letter(
        _("Please confirm your e-mail address"),
        [
            _("%(nickname)s, this address was given when somebody joined.", nickname=member.nickname),
            _("The button opens a page on which you confirm it, within three days."),
            _("If it was not you, there is nothing to do."),
        ],
        path,
        _("Confirm the address"),
    )


def change(member: Member, path: str) -> Letter:
    """The link that makes a new address the member's."""
    return Letter(
        _("Please confirm your new e-mail address"),
        [
            _("%(nickname)s, this address is to be that of your account.", nickname=member.nickname),
            _("The button opens a page on which you confirm it, within three days."),
            _("If it was not you, there is nothing to do."),
        ],
        path,
        _("Confirm the address"),
    )


def taken(member: Member) -> Letter:
    """To the owner of an address that somebody wants for another account."""
    return Letter(
        _("Your address belongs to an account already"),
        [
            _("Somebody has asked to use this address for another account. It belongs to yours: %(username)s",
              username=member.username),
            _("If it was not you, there is nothing to do."),
        ],
        "/login",
        _("Log in"),
    )  # fmt: skip


def changed(member: Member) -> Letter:
    """To the old address."""
    return Letter(
        _("Your e-mail address was changed"),
        [
            _("%(nickname)s, the address of your account was changed. This one is no longer used.",
              nickname=member.nickname),
            *_if_it_was_not_you(),
        ],
    )  # fmt: skip


def new_browser(at: datetime, device: str) -> Letter:
    """A login from a browser that the account did not know."""
    return Letter(
        _("A login from a new browser"),
        [_("When: %(moment)s", moment=_shown(at)), _with(device), _unless_it_was_you()],
        "/me",
        _("My page"),
    )


def failed_passwords(amount: int) -> Letter:
    """A run of wrong passwords."""
    return Letter(
        _("Wrong passwords for your account"),
        [
            _("Wrong passwords for your account in the last hour: %(n)s.", n=amount),
            _("Nobody got in with them. If it was you, there is nothing to do. "
              "Two-step login makes the account safer."),
        ],
        "/me/two-step",
        _("Two-step login"),
    )  # fmt: skip


def failed_codes(amount: int) -> Letter:
    """A run of wrong codes after the right password: somebody knows it."""
    return Letter(
        _("Wrong codes for your account"),
        [
            _("Somebody typed your right password, and then wrong codes. In the last hour: %(n)s.", n=amount),
            _("If it was not you, please change your password at once."),
        ],
        "/me",
        _("My page"),
    )


def two_step_off(member: Member) -> Letter:
    """Two-step login was switched off."""
    return Letter(
        _("Two-step login is off"),
        [
            _("%(nickname)s, two-step login of your account was switched off.", nickname=member.nickname),
            *_if_it_was_not_you(),
        ],
    )


def put(letter: Letter, member: Member, event: str, expires_at: datetime | None = None) -> None:
    """Send a letter to the member's address, as the answer to an act."""
    outbox.put(letter, member.email, event=event, member_id=member.id, expires_at=expires_at)


def _shown(moment: datetime) -> str:
    return local(moment).strftime("%Y-%m-%d %H:%M")


def _with(device: str) -> str:
    return _("With: %(device)s", device=device or _("a browser of unknown kind"))


def _unless_it_was_you() -> str:
    return _("If it was not you, change your password and log out everywhere on your page.")


def _if_it_was_not_you() -> Sequence[str]:
    """Whom to tell."""
    paper = Paper.get()
    whom = " · ".join(filter(None, (paper.telephone, paper.email)))
    sentence = _("If it was not you, please tell us at once.")
    return [f"{sentence} {whom}".strip()]
