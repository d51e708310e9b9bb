"""정정·반론·추후보도 청구: sent by whoever was reported on, with at most one file.

A claim's key is made of that of its form and of what was typed, as that of a letter.
"""

import hashlib
import re
import secrets
from dataclasses import asdict, astuple, dataclass
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from database import db
from domain.desk.models import Claim
from domain.mail import alerts
from domain.reading import articles
from lib.files import filenames, signatures
from lib.files.store import Store
from lib.text import plain
from models import Member, Post, Refused, digest, local, now

MOST_MEGABYTES = 10  # of the file
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # of receipts: none looks like another
_ADDRESS = re.compile(r"/posts/([0-9]{1,19})(?![0-9])")


@dataclass(frozen=True)
class ClaimFile:
    """The file of a claim, which was read and is not stored yet."""

    filename: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


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

    def key(self, file: ClaimFile | None) -> str | None:
        """The key of a claim with this content; None if the form had no key."""
        content = (*astuple(self), file.filename if file else "", file.digest if file else "")
        return digest(repr(content)) if self.idempotency_key else None


def find_sent(draft: ClaimDraft, file: ClaimFile | None) -> Claim | None:
    """The claim that the same form has already sent with the same content."""
    if not (key := draft.key(file)):
        return None
    return db.session.scalar(select(Claim).where(Claim.idempotency_key == key))


def find_receipt(receipt: str) -> Claim | None:
    """The claim with this receipt number."""
    return db.session.scalar(select(Claim).where(Claim.receipt == receipt))


def read_file(filename: str, stream: BinaryIO) -> ClaimFile:
    """Read and check the file of a claim.

    :raises Refused: it is empty, too large (413), or not of the kind that its name says
    """
    name = filenames.tidy(filename)
    ending = filenames.ending(name)
    if ending not in signatures.ENDINGS:
        raise Refused(_("“%(name)s” is of a kind that cannot be attached.", name=name))
    content = stream.read(MOST_MEGABYTES * 1_000_000 + 1)
    if not content:
        raise Refused(_("“%(name)s” is empty.", name=name))
    if len(content) > MOST_MEGABYTES * 1_000_000:
        raise Refused(_("“%(name)s” is larger than %(n)s MB.", name=name, n=MOST_MEGABYTES), 413)
    if not signatures.agrees(ending, content):
        raise Refused(_("“%(name)s” is not the kind of file that its name says.", name=name))
    return ClaimFile(name, content)


def submit(author: Member | None, draft: ClaimDraft, file: ClaimFile | None, store: Store) -> Claim:
    """Put a claim on the desk, or return the one that the same form has already sent.

    :param author: None for a guest
    :param store: a folder that no address leads to
    """
    if sent := find_sent(draft, file):
        return sent
    claim = _claim(author, draft, file)
    if file:
        store.put(file.digest, file.content)
    try:
        with db.session.begin_nested():  # so that the transaction survives a key that is taken
            db.session.add(claim)
    except IntegrityError:  # another thread has sent the same form at the same moment
        if sent := find_sent(draft, file):
            return sent
        raise
    alerts.tell_of_claim(claim)
    return claim


def _claim(author: Member | None, draft: ClaimDraft, file: ClaimFile | None) -> Claim:
    post = named_article(draft.article)
    claim = Claim(receipt=_receipt(), **asdict(draft) | {"idempotency_key": draft.key(file)})
    claim.member_id, claim.post_id = author.id if author else None, post.id if post else None
    if file:
        claim.filename, claim.digest, claim.size = file.filename, file.digest, len(file.content)
    return claim


def named_article(text: str) -> Post | None:
    """The article whose address is in a text, if readers have been able to see it."""
    found = _ADDRESS.search(text)
    return article(plain.number(found[1])) if found else None


def article(id: int | None) -> Post | None:
    """The article with this id, if readers have been able to see it. It may have been taken down."""
    post = articles.find(id) if id else None
    return post if post and post.state in ("published", "deleted") and post.published_at else None


def _receipt() -> str:
    """A number that says the day and cannot be guessed: 20261130-7KQ2M9XD."""
    return f"{local(now()):%Y%m%d}-{''.join(secrets.choice(_LETTERS) for _n in range(8))}"
