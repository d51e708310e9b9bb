"""The files that may come with a claim, a request or a letter, and the numbers that senders are given."""

import hashlib
import secrets
from dataclasses import astuple, dataclass
from typing import Any, BinaryIO

from flask_babel import gettext as _

from lib.files import filenames, signatures
from models import Refused, digest, local, now

MOST_MEGABYTES = 10
MOST_FILES = 5  # with a letter
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # of numbers: none looks like another


@dataclass(frozen=True)
class Enclosure:
    """A file that was read and is not stored yet."""

    filename: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read(filename: str, stream: BinaryIO) -> Enclosure:
    """Read and check a file.

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
    return Enclosure(name, content)


def columns(file: Enclosure | None) -> dict[str, Any]:
    """The columns of a row for its file."""
    return {"filename": file.filename, "digest": file.digest, "size": len(file.content)} if file else {}


def key(draft: Any, *files: Enclosure | None) -> str | None:
    """The key of a form with this content: another content is not the same form sent twice.

    :param draft: a dataclass with an `idempotency_key`; without one there is no key
    """
    names = (part for file in files for part in ((file.filename, file.digest) if file else ("", "")))
    content = (*astuple(draft), *names)
    return digest(repr(content)) if draft.idempotency_key else None


def new_number() -> str:
    """A number that says the day and cannot be guessed: 20261130-7KQ2M9XD."""
    return f"{local(now()):%Y%m%d}-{''.join(secrets.choice(_LETTERS) for _n in range(8))}"
