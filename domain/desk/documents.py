"""Documents of word processors, such as press releases, as text and photos for an article."""

import io
from dataclasses import dataclass
from typing import BinaryIO

from flask_babel import gettext as _

from domain.desk import photos
from lib.files import documents
from lib.files.store import Store
from lib.text import markup
from models import Photo, Refused


@dataclass(frozen=True)
class Imported:
    """What a document holds: cleaned HTML, photos that are not in the session, and how many were left out."""

    html: str
    photos: list[Photo]
    left_out: int = 0

    @property
    def outcome(self) -> str:
        """A sentence on what has come."""
        if self.left_out:
            return _(
                "Text and %(n)s photos came from the document; %(left)s pictures could not be read.",
                n=len(self.photos),
                left=self.left_out,
            )
        if self.photos:
            return _("Text and %(n)s photos came from the document.", n=len(self.photos))
        return _("The text came from the document. There is no photo in it.")


def take(store: Store, file: BinaryIO, limit_bytes: int, megapixels: int) -> Imported:
    """Read a document and store its photos. Takes a second or so for each photo: hold no lock meanwhile.

    :raises Refused: the file is missing, too large (413), or none that we can read
    """
    content = file.read(limit_bytes + 1)
    if not content:
        raise Refused(_("Please choose an HWPX or DOCX file."))
    if len(content) > limit_bytes:
        raise Refused(_("A document may have %(n)s MB.", n=limit_bytes // 1_000_000), 413)
    document = _read(content)
    stored, left_out = [], 0
    for picture in document.pictures:
        try:
            stored.append(photos.take(store, io.BytesIO(_as_photo(picture, megapixels)), megapixels))
        except Refused:
            left_out += 1
    return Imported(markup.clean(document.html), stored, left_out)


def added(body: str, html: str) -> str:
    """The text of a form with that of a document after it."""
    if not body.strip():
        return html
    typed = body if markup.is_html(body) else markup.clean(body)
    return f"{typed}\n{html}"


def _read(content: bytes) -> documents.Document:
    try:
        return documents.read(content)
    except documents.Encrypted:
        raise Refused(_("The document has a password. Please save it without one and try again.")) from None
    except documents.TooLarge:
        reason = _("The document is too large to read: too much text, or too many pictures.")
        raise Refused(reason, 413) from None
    except documents.OldFormat as old:
        if old.kind == "hwp":
            reason = _("HWP files cannot be read. In Hangul, please choose “Save as”, HWPX, and try again.")
        else:
            reason = _("DOC files cannot be read. In Word, please choose “Save as”, DOCX, and try again.")
        raise Refused(reason) from None
    except documents.Unsupported:
        raise Refused(_("This is neither an HWPX nor a DOCX file.")) from None
    except documents.Unreadable:
        raise Refused(_("The document is damaged. Please save it again and try once more.")) from None


def _as_photo(picture: bytes, megapixels: int) -> bytes:
    """A picture in a format that photos come in. HWP stores many as BMP."""
    from lib.files import images  # imported here: Pillow would make every start slower

    if not picture.startswith(b"BM"):
        return picture
    try:
        return images.from_bitmap(picture, megapixels)
    except (images.TooLarge, images.Unreadable):
        return b""
