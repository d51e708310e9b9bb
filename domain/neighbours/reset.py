"""A new password for a member who has forgotten the old one."""

from flask_babel import gettext as _

from domain.neighbours import links
from domain.neighbours.models import AccountLink
from models import Member, Refused


def link_by_editor(member: Member, editor: Member) -> str:
    """Make a link that the editor hands to a member, in place of the one made before. Returns its path.

    :raises Refused: the account is closed, or an editor's
    """
    if member.is_editor:
        raise Refused(_("An editor's password is set on the server: flask editor password."), 403)
    if not member.is_active:
        raise Refused(_("This account is closed."), 403)
    links.void(member, AccountLink.RESET)
    return path_of(links.make(member, AccountLink.RESET, lasts=links.BY_EDITOR_LASTS))


def path_of(token: str) -> str:
    """The address of the page on which the new password is typed."""
    return f"/password/reset/{token}"
