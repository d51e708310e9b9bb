"""Files that readers download with an article, stored as they came."""

import hashlib
from typing import BinaryIO

from flask_babel import gettext as _

from lib.files import filenames
from lib.files.store import Store
from models import Attachment, Refused

# Formats that a neighbour can open, and none that a browser would run.
ENDINGS = frozenset(
    "hwp hwpx pdf doc docx xls xlsx ppt pptx odt ods odp txt csv zip "  # noqa: SIM905
    "jpg jpeg png webp gif mp3 mp4 m4a".split()
)


def take(store: Store, filename: str, stream: BinaryIO, limit_bytes: int) -> Attachment:
    """Store a file.

    :returns: an Attachment that is not in the session
    :raises Refused: the file is empty, too large (413) or of a kind that we do not pass on
    """
    name = filenames.tidy(filename)
    if filenames.ending(name) not in ENDINGS:
        raise Refused(_("“%(name)s” is of a kind that cannot be attached.", name=name))
    content = stream.read(limit_bytes + 1)
    if not content:
        raise Refused(_("“%(name)s” is empty.", name=name))
    if len(content) > limit_bytes:
        raise Refused(_("“%(name)s” is larger than %(n)s MB.", name=name, n=limit_bytes // 1_000_000), 413)
    digest = hashlib.sha256(content).hexdigest()
    store.put(digest, content)
    return Attachment(filename=name, size=len(content), digest=digest)
