"""Letters to the authors of comments."""

from flask_babel import gettext as _

from domain.mail import outbox
from domain.mail.outbox import Letter
from models import Comment, now


def tell_hidden(comment: Comment, reason: str) -> None:
    """Tell an author that the editor is about to hide a comment; of one that is hidden already nothing."""
    member = comment.member
    if comment.hidden_at or member.is_editor or not member.is_active:
        return
    paragraphs = [
        _("Your comment under “%(title)s” was hidden by the editor.", title=comment.post.title),
        _("Reason: %(reason)s", reason=reason),
        _("If you think that this is a mistake, please write to us."),
    ]
    letter = Letter(_("Your comment was hidden"), paragraphs, comment.address, _("Look at it"))
    outbox.put_for_member(letter, member, event=f"hidden-{comment.id} {now().isoformat()}")
