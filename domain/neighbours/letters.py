"""Letters to the desk (기사제보, 광고신청), from members and guests.

A letter's key is made of that of its form and of what was typed, as that of a comment.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import delete, select

from database import db
from domain.mail import alerts
from domain.moderation import bans
from domain.neighbours import enclosures, sending
from domain.neighbours.enclosures import Enclosure
from domain.neighbours.models import Tip, TipFile
from lib.files.store import Store
from models import Member, now

KEPT = timedelta(days=365)  # after the editor has marked it as done, as the privacy policy says


@dataclass(frozen=True)
class LetterDraft:
    """What a reader typed. `idempotency_key` tells a second send of the same form from a new letter."""

    kind: str  # one of Tip.KINDS
    name: str
    contact: str
    title: str
    body: str
    idempotency_key: str | None = None


def find_sent(draft: LetterDraft, files: Sequence[Enclosure] = ()) -> Tip | None:
    """The letter that the same form has already sent with the same content."""
    key = enclosures.key(draft, *files)
    return db.session.scalar(select(Tip).where(Tip.idempotency_key == key)) if key else None


def send_letter(
    author: Member | None, draft: LetterDraft, files: Sequence[Enclosure] = (), store: Store | None = None
) -> Tip:
    """Put a letter on the desk, or return the one that the same form has already sent with the same content.

    The editors are told by mail, in words that say nothing of it.

    :param author: None for a guest
    :param store: for the files
    :raises Refused: the author is banned (403)
    """
    if sent := find_sent(draft, files):
        return sent
    bans.check(author)
    for file in files if store else ():
        store.put(file.digest, file.content)
    columns = asdict(draft) | {"idempotency_key": enclosures.key(draft, *files)}
    rows = [TipFile(**enclosures.columns(file)) for file in files]
    letter = Tip(member_id=author.id if author else None, files=rows, **columns)
    letter = sending.add_once(letter, partial(find_sent, draft, files))
    alerts.tell_of_letter(letter)
    return letter


def discard_old() -> None:
    """Delete the letters that were done with long ago. Housekeeping deletes their files."""
    db.session.execute(delete(Tip).where(Tip.done_at <= now() - KEPT))
