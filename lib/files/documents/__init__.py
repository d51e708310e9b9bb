"""Documents of word processors, HWPX and DOCX, read as HTML and photos.

`packages` opens the file within limits. `hwpx` and `docx` walk through its XML and hand what they find to
`blocks`, which prints HTML from outside: `lib.text.markup` cleans it like any pasted text.
"""

from dataclasses import dataclass

from lib.files.documents import packages
from lib.files.documents.packages import Encrypted, OldFormat, TooLarge, Unreadable, Unsupported

__all__ = ["Document", "Encrypted", "OldFormat", "TooLarge", "Unreadable", "Unsupported", "read"]


@dataclass(frozen=True)
class Document:
    """The text of a document as HTML, and its pictures in order, as they are stored in it."""

    html: str
    pictures: list[bytes]


def read(content: bytes) -> Document:
    """Read a document. What it is follows from its content; its name says nothing.

    :raises Unsupported: neither HWPX nor DOCX; `OldFormat` where the program can save it as one of them
    :raises Encrypted: it needs a password
    :raises TooLarge: more entries, text or pictures than we read
    :raises Unreadable: it is damaged
    """
    package = packages.Package(content)
    if package.is_hwpx:
        from lib.files.documents import hwpx as reader  # imported here: XML libraries make a start slower
    else:
        from lib.files.documents import docx as reader
    try:
        return Document(*reader.read(package))
    except packages.Problem:
        raise
    except Exception as error:  # a damaged document can have anything anywhere
        raise Unreadable from error
