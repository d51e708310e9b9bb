"""Whether a member's e-mail address is the member's: a mail with a link to a page with a button."""

from models import Member


def is_unconfirmed(member: Member) -> bool:
    """Whether a member has not confirmed the address. Editors need not."""
    return member.email_confirmed_at is None and not member.is_editor
