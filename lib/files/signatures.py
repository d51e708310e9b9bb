"""What a file begins with, by the ending of its name: a file that begins otherwise lies about its kind."""

_ZIP = (b"PK\x03\x04",)
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "hwp": (*_OLE, b"HWP Document File"),
    "doc": _OLE,
    "hwpx": _ZIP,
    "docx": _ZIP,
    "odt": _ZIP,
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "webp": (b"RIFF",),
}
ENDINGS = frozenset(_BEGINNINGS) | {"heic", "txt"}


def agrees(ending: str, content: bytes) -> bool:
    """Whether the content can be of the kind that the ending says.

    :param ending: one of ENDINGS, in lower case
    """
    if ending == "txt":
        return b"\0" not in content
    if ending == "heic":
        return content[4:8] == b"ftyp"
    if ending == "webp" and content[8:12] != b"WEBP":
        return False
    return content.startswith(_BEGINNINGS[ending])
