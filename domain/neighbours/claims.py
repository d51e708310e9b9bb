"""정정·반론·추후보도 청구: sent by whoever was reported on, with at most one file.

A claim's key is made of that of its form and of what was typed, as that of a letter.
"""

import re
from dataclasses import asdict, dataclass
from functools import partial

from sqlalchemy import select

from database import db
from domain.desk.models import Claim
from domain.mail import alerts
from domain.neighbours import enclosures, sending
from domain.neighbours.enclosures import Enclosure
from domain.reading import articles
from lib.files.store import Store
from lib.text import plain
from models import Member, Post

_ADDRESS = re.compile(r"/posts/([0-9]{1,19})(?![0-9])")


@dataclass(frozen=True)
class ClaimDraft:
    """What was typed. `idempotency_key` tells a second send of the same form from a new claim."""

    kind: str  # one of Claim.KINDS
    name: str
    is_representative: bool
    contact: str
    article: str
    is_election: bool
    reason: str
    wanted: str
    idempotency_key: str | None = None


def find_sent(draft: ClaimDraft, file: Enclosure | None) -> Claim | None:
    """The claim that the same form has already sent with the same content."""
    if not (key := enclosures.key(draft, file)):
        return None
    return db.session.scalar(select(Claim).where(Claim.idempotency_key == key))


def find_receipt(receipt: str) -> Claim | None:
    """The claim with this receipt number."""
    return db.session.scalar(select(Claim).where(Claim.receipt == receipt))


def submit(author: Member | None, draft: ClaimDraft, file: Enclosure | None, store: Store) -> Claim:
    """Put a claim on the desk, or return the one that the same form has already sent.

    :param author: None for a guest
    :param store: a folder that no address leads to
    """
    if sent := find_sent(draft, file):
        return sent
    if file:
        store.put(file.digest, file.content)
    claim = sending.add_once(_claim(author, draft, file), partial(find_sent, draft, file))
    alerts.tell_of_claim(claim)
    return claim


def _claim(author: Member | None, draft: ClaimDraft, file: Enclosure | None) -> Claim:
    post = named_article(draft.article)
    columns = asdict(draft) | {"idempotency_key": enclosures.key(draft, file)} | enclosures.columns(file)
    claim = Claim(receipt=enclosures.new_number(), **columns)
    claim.member_id, claim.post_id = author.id if author else None, post.id if post else None
    return claim


def named_article(text: str) -> Post | None:
    """The article whose address is in a text, if readers have been able to see it."""
    found = _ADDRESS.search(text)
    return article(plain.number(found[1])) if found else None


def article(id: int | None) -> Post | None:
    """The article with this id, if readers have been able to see it. It may have been taken down."""
    post = articles.find(id) if id else None
    return post if post and post.state in ("published", "deleted") and post.published_at else None
