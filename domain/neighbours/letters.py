"""Letters to the desk (기사제보, 광고신청), from members and guests.

A letter's key is made of that of its form and of what was typed, as that of a comment.
"""

from dataclasses import asdict, astuple, dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import delete, select

from database import db
from domain.moderation import bans
from domain.neighbours import sending
from domain.neighbours.models import Tip
from models import Member, digest, now

KEPT = timedelta(days=365)  # after the editor has marked it as read, as the privacy policy says


@dataclass(frozen=True)
class LetterDraft:
    """What a reader typed. `idempotency_key` tells a second send of the same form from a new letter."""

    kind: str  # one of Tip.KINDS
    name: str
    contact: str
    title: str
    body: str
    idempotency_key: str | None = None

    @property
    def key(self) -> str | None:
        """The key of a letter with this content; None if the form had no key."""
        return digest(repr(astuple(self))) if self.idempotency_key else None


def find_sent(draft: LetterDraft) -> Tip | None:
    """The letter that the same form has already sent with the same content."""
    if not draft.key:
        return None
    return db.session.scalar(select(Tip).where(Tip.idempotency_key == draft.key))


def send_letter(author: Member | None, draft: LetterDraft) -> Tip:
    """Put a letter on the desk, or return the one that the same form has already sent with the same content.

    :param author: None for a guest
    :raises Refused: the author is banned (403)
    """
    if sent := find_sent(draft):
        return sent
    bans.check(author)
    columns = asdict(draft) | {"idempotency_key": draft.key}
    letter = Tip(member_id=author.id if author else None, **columns)
    return sending.add_once(letter, partial(find_sent, draft))


def discard_old() -> None:
    """Delete the letters that were read long ago."""
    db.session.execute(delete(Tip).where(Tip.read_at <= now() - KEPT))
