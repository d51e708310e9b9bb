"""Letters to the desk (기사제보, 광고신청), from members and guests."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from database import db
from models import Member, Tip


@dataclass(frozen=True)
class LetterDraft:
    """What a reader typed. `idempotency_key` tells a second send of the same form from a new letter."""

    kind: str  # one of Tip.KINDS
    name: str
    contact: str
    title: str
    body: str
    idempotency_key: str | None = None


def find_sent(idempotency_key: str | None) -> Tip | None:
    """The letter that a form with this key has already sent."""
    if not idempotency_key:
        return None
    return db.session.scalar(select(Tip).where(Tip.idempotency_key == idempotency_key))


def send_letter(author: Member | None, draft: LetterDraft) -> Tip:
    """Put a letter on the desk, or return the one that the same form has already sent.

    :param author: None for a guest
    """
    if sent := find_sent(draft.idempotency_key):
        return sent
    letter = Tip(member_id=author.id if author else None, **asdict(draft))
    try:
        with db.session.begin_nested():  # so that the transaction survives a key that is taken
            db.session.add(letter)
    except IntegrityError:  # another thread has sent the same form at the same moment
        if sent := find_sent(draft.idempotency_key):
            return sent
        raise
    return letter
