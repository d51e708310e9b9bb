"""Zip archives that documents are stored in, opened within limits."""

import io
import zipfile
from typing import Literal
from xml.etree.ElementTree import Element, ParseError

MOST_ENTRIES = 2000
MOST_XML = 8_000_000  # bytes of all XML that is read
MOST_BYTES = 80_000_000  # of everything in the archive, expanded
MOST_PICTURES = 40

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HWP_3 = b"HWP Document File"
# Names of streams in an OLE file.
_HWP_STREAM = "HwpSummaryInformation".encode("utf-16-le")
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


class Problem(Exception):
    """A document that cannot be read."""


class Unreadable(Problem):
    """Damaged."""


class Encrypted(Problem):
    """It needs a password."""


class TooLarge(Problem):
    """More entries, text or pictures than we read."""


class Unsupported(Problem):
    """Neither HWPX nor DOCX."""


class OldFormat(Unsupported):
    """HWP 5 or older, or DOC."""

    def __init__(self, kind: Literal["hwp", "doc"]):
        super().__init__(kind)
        self.kind = kind


class Package:
    """An HWPX or a DOCX file."""

    def __init__(self, content: bytes):
        """:raises Problem: it is neither, or cannot be read"""
        if content.startswith((_OLE, _HWP_3)):
            raise _old_format(content)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, UnicodeError) as error:
            raise (Unreadable if content.startswith(b"PK") else Unsupported) from error
        # Reading an entry ends at the size that its header claims, so the sum of these is the most there is.
        if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_BYTES:
            raise TooLarge
        if any(info.flag_bits & 1 for info in infos):
            raise Encrypted
        self._sizes = {info.filename: info.file_size for info in infos}
        self.content, self._xml_left = content, MOST_XML
        self.is_hwpx = "Contents/content.hpf" in self or "Contents/section0.xml" in self
        if not self.is_hwpx and "word/document.xml" not in self:
            raise Unsupported
        if "META-INF/manifest.xml" in self and b"encryption-data" in self.bytes("META-INF/manifest.xml"):
            raise Encrypted

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    @property
    def names(self) -> list[str]:
        return list(self._sizes)

    def bytes(self, name: str) -> bytes:
        """:raises Unreadable: the entry is damaged or missing"""
        try:
            return self._zip.read(name)
        except Exception as error:  # zlib, CRC, unknown methods of compression
            raise Unreadable from error

    def check_xml(self, name: str) -> None:
        """Count an entry of XML.

        :raises TooLarge: together with what was read before it is too much
        """
        self._xml_left -= self._sizes.get(name, 0)
        if self._xml_left < 0:
            raise TooLarge

    def xml(self, name: str) -> Element:
        """The root of an XML entry; entities and document types are refused.

        :raises Unreadable: the entry is missing, damaged or refused
        """
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import fromstring

        self.check_xml(name)
        try:
            return fromstring(self.bytes(name), forbid_dtd=True)
        except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
            raise Unreadable from error


def _old_format(content: bytes) -> Problem:
    if content.startswith(_HWP_3) or _HWP_STREAM in content:
        return OldFormat("hwp")
    if _ENCRYPTED_STREAM in content:
        return Encrypted()
    return OldFormat("doc") if _WORD_STREAM in content else Unsupported()
