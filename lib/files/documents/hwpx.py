"""HWPX, the open format of Hancom Office: paragraphs, tables, text boxes, links, lists and pictures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from lib.files.documents import blocks
from lib.files.documents.blocks import Cell, Inline
from lib.files.documents.numbers import Counters, written
from lib.files.documents.packages import MOST_PICTURES, Package, TooLarge, Unreadable

_SECTION = re.compile(r"Contents/section([0-9]{1,4})\.xml")
_BREAKS = {"lineBreak": "\n", "tab": " ", "nbSpace": " ", "fwSpace": " ", "hyphen": "-", "tabItem": " "}
_OBJECTS = {"container", "rect", "ellipse", "polygon", "curve", "arc", "line", "connectLine", "textart"}
_LIST_PLACE = re.compile(r"\^([1-9n]|10)")


def read(package: Package) -> tuple[str, list[bytes]]:
    """The text as HTML, and the pictures."""
    items, sections = _contents(package)
    reader = _Reader(_styles(package))
    html = "\n".join(block for name in sections for block in reader.blocks(package.xml(name)) if block)
    names = [items[id] for id in reader.picture_ids if id in items]
    if len(names) > MOST_PICTURES:
        raise TooLarge
    return html, [package.bytes(name) for name in names]


def _contents(package: Package) -> tuple[dict[str, str], list[str]]:
    """The entries by their ids in the package, and those of the sections in order."""
    items, spine = {}, []
    if "Contents/content.hpf" in package:
        root = package.xml("Contents/content.hpf")
        for item in _all(root, "item"):
            href = item.get("href", "")
            found = next((name for name in (href, f"Contents/{href}") if name in package), None)
            if found:
                items[item.get("id", "")] = found
        spine = [items.get(itemref.get("idref", ""), "") for itemref in _all(root, "itemref")]
    sections = [name for name in spine if _SECTION.fullmatch(name)]
    if not sections:
        numbered = [(int(match[1]), name) for name in package.names if (match := _SECTION.fullmatch(name))]
        sections = [name for _, name in sorted(numbered)]
    if not sections:
        raise Unreadable
    return items, sections


@dataclass
class _Styles:
    """What Contents/header.xml says: which characters are bold, and which paragraphs are items of a list."""

    bold: set[str] = field(default_factory=set)  # ids of charPr
    headings: dict[str, tuple[str, str, int]] = field(
        default_factory=dict
    )  # paraPr: kind, list, level from 0
    bullets: dict[str, str] = field(default_factory=dict)
    numberings: dict[tuple[str, int], tuple[str, str, int]] = field(
        default_factory=dict
    )  # shape, style, start


def _styles(package: Package) -> _Styles:
    styles = _Styles()
    if "Contents/header.xml" not in package:
        return styles
    root = package.xml("Contents/header.xml")
    for char in _all(root, "charPr"):
        if any(_name(child) == "bold" for child in char):
            styles.bold.add(char.get("id", ""))
    for para in _all(root, "paraPr"):
        heading = next(_all(para, "heading"), None)
        if heading is not None and heading.get("type") in ("NUMBER", "BULLET"):
            place = heading.get("idRef", ""), _number(heading.get("level"))
            styles.headings[para.get("id", "")] = (heading.get("type", ""), *place)
    for bullet in _all(root, "bullet"):
        styles.bullets[bullet.get("id", "")] = bullet.get("char", "")
    for numbering in _all(root, "numbering"):
        for head in _all(numbering, "paraHead"):
            level = _number(head.get("level"), 1) - 1
            shape = (head.text or "", head.get("numFormat", ""), _number(head.get("start"), 1))
            styles.numberings[numbering.get("id", ""), level] = shape
    return styles


class _Reader:
    """Walks through the sections of a document."""

    def __init__(self, styles: _Styles):
        self.styles = styles
        self.counters = Counters()
        self.picture_ids: dict[str, None] = {}  # in order
        self.link = ""
        self.links: list[str] = []  # that are open, with those of fields that are none as ""
        self.deleted = False

    def blocks(self, parent: Element, depth: int = 0) -> Iterator[str]:
        """The HTML of the paragraphs in an element."""
        if depth > blocks.DEEPEST:
            raise TooLarge
        for child in parent:
            if _name(child) == "p":
                yield from self._paragraph(child, depth)

    def _paragraph(self, element: Element, depth: int) -> Iterator[str]:
        inline, marker, level = Inline(), *self._marker(element.get("paraPrIDRef", ""), element)
        for run in element:
            if _name(run) != "run":
                continue
            bold = run.get("charPrIDRef", "") in self.styles.bold
            for part in run:
                if _name(part) == "t":
                    self._text(part, inline, bold=bold)
                    continue
                found = [block for block in self._object(part, depth) if block]
                if found:
                    yield blocks.paragraph(inline, marker, level)
                    yield from found
                    inline = Inline()
        yield blocks.paragraph(inline, marker, level)

    def _text(self, element: Element, inline: Inline, *, bold: bool) -> None:
        """The text of a `t`; between its parts stand line breaks, tabs and marks of changes."""
        self._add(element.text, inline, bold=bold)
        for part in element:
            name = _name(part)
            if name in ("deleteBegin", "deleteEnd"):
                self.deleted = name == "deleteBegin"
            self._add(_BREAKS.get(name, ""), inline, bold=bold)
            self._add(part.tail, inline, bold=bold)

    def _add(self, text: str | None, inline: Inline, *, bold: bool) -> None:
        if not self.deleted:
            inline.add(text or "", bold=bold, href=self.link)

    def _object(self, element: Element, depth: int) -> Iterator[str]:
        """What stands in a run beside text: the blocks of a table, a text box or a footnote."""
        name = _name(element)
        if name == "tbl":
            yield blocks.table([[self._cell(cell, depth) for cell in row] for row in _table(element)])
        elif name == "pic":
            for picture in _all(element, "img"):
                self.picture_ids[picture.get("binaryItemIDRef", "")] = None
            for caption in _children(element, "caption"):
                yield from self._within(caption, depth)
        elif name == "ctrl":
            for part in element:
                yield from self._control(part, depth)
        elif name in _OBJECTS:
            if depth > blocks.DEEPEST:
                raise TooLarge
            for part in element:
                yield from (
                    self._within(part, depth) if _name(part) == "drawText" else self._object(part, depth + 1)
                )

    def _control(self, element: Element, depth: int) -> Iterator[str]:
        name = _name(element)
        if name == "fieldBegin":
            self.links.append(_address(element) if element.get("type") == "HYPERLINK" else "")
        elif name == "fieldEnd" and self.links:
            self.links.pop()
        elif name in ("footNote", "endNote"):
            yield from self._within(element, depth)
        self.link = next((link for link in reversed(self.links) if link), "")

    def _within(self, element: Element, depth: int) -> Iterator[str]:
        for inner in _children(element, "subList"):
            yield from self.blocks(inner, depth + 1)

    def _cell(self, element: Element, depth: int) -> Cell:
        span = next(_children(element, "cellSpan"), Element("none"))
        return Cell(
            "".join(self._within(element, depth)),
            _number(span.get("colSpan"), 1),
            _number(span.get("rowSpan"), 1),
            is_heading=element.get("header") in ("1", "true"),
        )

    def _marker(self, style: str, element: Element) -> tuple[str, int]:
        """The bullet or number of a paragraph, and its level from 1. One without text is not counted."""
        if style not in self.styles.headings or not any(part.text for part in _all(element, "t")):
            return "", 1
        kind, list_id, level = self.styles.headings[style]
        if kind == "BULLET":
            return self.styles.bullets.get(list_id, "").strip() or "·", level + 1
        shape, _, start = self.styles.numberings.get((list_id, level), (f"^{level + 1}.", "", 1))
        self.counters.next(list_id, level, start)

        def number(match: re.Match[str]) -> str:
            place = level if match[1] == "n" else int(match[1]) - 1
            style = self.styles.numberings.get((list_id, place), ("", "", 1))[1]
            return written(self.counters.at(list_id, place), style)

        return _LIST_PLACE.sub(number, shape).strip(), level + 1


def _table(element: Element) -> list[list[Element]]:
    return [list(_children(row, "tc")) for row in _children(element, "tr")]


def _address(field: Element) -> str:
    """The address of a link. `Command` escapes colons and ends with numbers: `https\\://a.kr;1;0;0;`."""
    for parameter in _all(field, "stringParam"):
        if parameter.get("name") in ("Path", "Command"):
            address = re.split(r"(?<!\\);", parameter.text or "")[0].replace("\\", "").strip()
            if address.startswith(("http://", "https://", "mailto:")):
                return address
    return ""


def _name(element: Element) -> str:
    """The name without its namespace, which differs between versions."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _all(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if _name(each) == name)


def _children(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element if _name(each) == name)


def _number(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
