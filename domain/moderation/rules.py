"""What is asked of the text of a comment: some texts are refused, others wait for the editor.

Nothing of the editor waits, and no secret comment: only the editor reads those. The reasons are stored as
one line each, for the queue: a code, or a code and what was found.
"""

from flask_babel import gettext as _
from sqlalchemy import literal_column, select

from database import db
from domain.moderation.settings import CommentSettings
from lib.text import folding, listed_words, private_numbers
from lib.text.links import find_links
from models import Comment, Member, Paper, Post, Refused

_NUMBERS = ("telephone", "account", "plate")  # kinds of private_numbers that let a comment wait


class TextRefused(Refused):
    """The text itself cannot be stored: its author is to change it."""


def check(body: str) -> None:
    """:raises TextRefused: it has the number of a resident"""
    if any(found.kind == "resident" for found in private_numbers.find(folding.fold(body))):
        raise TextRefused(
            _("Resident registration numbers must not be written here. Please take it out and send it again.")
        )


def why_held(
    post: Post, author: Member, body: str, settings: CommentSettings, edited: Comment | None = None
) -> str:
    """The reasons for which a comment waits for the editor, one a line; empty if it does not.

    :param edited: the comment that has this body from now on; it does not count as an earlier one
    """
    if author.is_editor:
        return ""
    reasons = []
    if word := listed_words.first(settings.words, body):
        reasons.append(f"word:{word}")
    known = (Paper.get().telephone, post.telephone)
    kinds = {found.kind for found in private_numbers.find(folding.fold(body), known)}
    reasons += [kind for kind in _NUMBERS if kind in kinds]
    has_link = bool(find_links(body) or find_links(folding.fold(body)))
    if has_link or settings.first_comments:
        earlier = _earlier(author, edited, max(1, settings.first_comments))
        reasons += ["link"] if has_link and not earlier else []
        reasons += ["first"] if earlier < settings.first_comments else []
    return "\n".join(reasons)


def explain(held_for: str) -> list[str]:
    """The reasons for which a comment waits, in words. What is no code of this module stays as it is."""
    words = {
        "link": _("A first comment with a link"),
        "first": _("One of the first comments of a new member"),
        "telephone": _("A telephone number"),
        "account": _("An account number"),
        "plate": _("Vehicle plate"),
        "reports": _("Reported"),
    }
    return [_explain(line, words) for line in held_for.split("\n") if line]


def _explain(line: str, words: dict[str, str]) -> str:
    code, _colon, found = line.partition(":")
    if code == "word" and found:
        return _("The word “%(word)s”", word=found)
    return words.get(line, line)


def _earlier(author: Member, edited: Comment | None, most: int) -> int:
    """Number of other comments of this author that everybody may read, counted up to `most`."""
    public = select(Comment.id).where(Comment.member_id == author.id, Comment.is_public_now())
    if edited:
        public = public.where(Comment.id != edited.id)
    return len(db.session.scalars(public.limit(literal_column(str(most)))).all())
