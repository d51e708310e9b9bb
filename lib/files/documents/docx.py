"""DOCX, the format of Word: paragraphs, headings, tables, text boxes, links, lists and pictures."""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

from lib.files.documents import blocks
from lib.files.documents.blocks import Cell, Inline
from lib.files.documents.numbers import Counters, written
from lib.files.documents.packages import MOST_PICTURES, Package, TooLarge, Unreadable

_TEXTS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_WRAPPERS = {
    qn(name)
    for name in ("w:ins", "w:smartTag", "w:sdt", "w:sdtContent", "w:fldSimple", "w:moveTo", "w:customXml")
}
_HEADING = re.compile(r"(?:heading|제목) ?([1-6])", re.IGNORECASE)
_FIELD_LINK = re.compile(r'\s*HYPERLINK\s+"([^"]{1,2000})"')
_LIST_PLACE = re.compile(r"%([1-9])")
_NAMES = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main", "v": "urn:schemas-microsoft-com:vml"}
_BLIP, _IMAGE_DATA = f"{{{_NAMES['a']}}}blip", f"{{{_NAMES['v']}}}imagedata"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read(package: Package) -> tuple[str, list[bytes]]:
    """The text as HTML, and the pictures."""
    for name in package.names:
        if name.endswith((".xml", ".rels")):
            package.check_xml(name)
            if b"<!DOCTYPE" in (content := package.bytes(name)) or b"<!ENTITY" in content:
                raise Unreadable  # Word writes none, and their entities could be anything
    reader = _Reader(docx.Document(io.BytesIO(package.content)))
    html = "\n".join(filter(None, reader.blocks(reader.document.element.body)))
    if len(reader.pictures) > MOST_PICTURES:
        raise TooLarge
    return html, list(reader.pictures.values())


class _Reader:
    """Walks through the body of a document. Elements are those of lxml, as python-docx opens them."""

    def __init__(self, document: Any):
        self.document = document
        self.part = document.part
        self.counters = Counters()
        self.pictures: dict[str, bytes] = {}  # by the id of their relationship, in order
        self.fields: list[str] = []  # the instructions of fields that are open
        self.levels = _levels(self.part)

    def blocks(self, parent: Any, depth: int = 0) -> Iterator[str]:
        """The HTML of the paragraphs and tables in an element."""
        if depth > blocks.DEEPEST:
            raise TooLarge
        for child in parent:
            if child.tag == qn("w:p"):
                yield from self._paragraph(child, depth)
            elif child.tag == qn("w:tbl"):
                yield blocks.table(self._rows(child, depth))
            elif child.tag in _WRAPPERS:
                yield from self.blocks(child, depth + 1)

    def _paragraph(self, element: Any, depth: int) -> Iterator[str]:
        inline, boxes = Inline(), []
        self._inline(element, inline, boxes, "", depth)
        style = self._style(element)
        marker, level = self._marker(element, style) if not inline.is_blank else ("", 1)
        yield blocks.paragraph(inline, marker, level, _heading(style))
        for box in boxes:
            yield from self.blocks(box, depth + 1)

    def _inline(self, parent: Any, inline: Inline, boxes: list[Any], href: str, depth: int) -> None:
        """Add the text of runs and links. Text boxes are collected: their paragraphs follow."""
        if depth > blocks.DEEPEST:
            raise TooLarge
        for child in parent:
            if child.tag == qn("w:r"):
                self._run(child, inline, boxes, href)
            elif child.tag == qn("w:hyperlink"):
                link = self.part.rels.get(child.get(qn("r:id")))
                target = link.target_ref if link is not None and link.is_external else ""
                self._inline(child, inline, boxes, target or href, depth + 1)
            elif child.tag in _WRAPPERS:
                self._inline(child, inline, boxes, href, depth + 1)

    def _run(self, run: Any, inline: Inline, boxes: list[Any], href: str) -> None:
        bold = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
        is_bold = bold is not None and bold.get(qn("w:val")) not in ("0", "false", "off")
        for part in run:
            if part.tag == qn("w:t"):
                inline.add(part.text or "", bold=is_bold, href=href or self._field_link())
            elif part.tag in _TEXTS and part.get(qn("w:type")) != "page":
                inline.add(_TEXTS[part.tag], bold=is_bold, href=href)
            elif part.tag == qn("w:fldChar"):
                self._field(part.get(qn("w:fldCharType")))
            elif part.tag == qn("w:instrText") and self.fields:
                self.fields[-1] += (part.text or "")[:3000]
            else:
                self._drawing(part, boxes)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self.fields.append("")
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _field_link(self) -> str:
        match = _FIELD_LINK.match(self.fields[-1]) if self.fields else None
        return match[1] if match else ""

    def _drawing(self, element: Any, boxes: list[Any]) -> None:
        """Pictures and text boxes. What stands in a Fallback repeats them for old programs."""
        if element.tag == _FALLBACK:
            return
        if element.tag == qn("w:txbxContent"):
            boxes.append(element)
            return
        if element.tag in (_BLIP, _IMAGE_DATA):
            id = element.get(qn("r:embed")) or element.get(qn("r:id"))
            picture = self.part.related_parts.get(id)
            if picture is not None:
                self.pictures[id] = picture.blob
        for child in element:
            self._drawing(child, boxes)

    def _rows(self, table: Any, depth: int) -> list[list[Cell]]:
        """The cells of a table; one that continues the cell above is counted there."""
        rows, above = [], {}
        for row in _within(table, qn("w:tr")):
            cells, column = [], 0
            for cell in _within(row, qn("w:tc")):
                width = _number(cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"), 1)
                merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
                if merge is not None and merge.get(qn("w:val")) != "restart" and column in above:
                    above[column].rows += 1
                else:
                    above[column] = Cell("".join(self.blocks(cell, depth + 1)), width)
                    cells.append(above[column])
                column += width
            rows.append(cells)
        return rows

    def _style(self, paragraph: Any) -> Any:
        """The style of a paragraph, or None."""
        id = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        styles = self.document.styles.element
        return styles.get_by_id(id.get(qn("w:val"))) if id is not None else None

    def _marker(self, paragraph: Any, style: Any) -> tuple[str, int]:
        """The bullet or number of a paragraph, and its level from 1."""
        place = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if place is None and style is not None:
            place = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if place is None:
            return "", 1
        id, level = _value(place.find(qn("w:numId"))), _number(place.find(qn("w:ilvl")), 0)
        if (id, level) not in self.levels:
            return "", 1
        kind, shape, start = self.levels[id, level]
        if kind in ("bullet", "none"):
            return shape.strip() if kind == "none" else shape.strip() or "·", level + 1
        self.counters.next(id, level, start)

        def number(match: re.Match[str]) -> str:
            each = int(match[1]) - 1
            return written(self.counters.at(id, each), self.levels.get((id, each), ("", "", 1))[0])

        return _LIST_PLACE.sub(number, shape).strip(), level + 1


def _levels(part: Any) -> dict[tuple[str, int], tuple[str, str, int]]:
    """The levels of all lists: style, shape and first number, by list and level from 0."""
    try:
        root = part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    shapes: dict[str, dict[int, tuple[str, str, int]]] = {}
    for abstract in root.findall(qn("w:abstractNum")):
        shapes[abstract.get(qn("w:abstractNumId"))] = {
            int(level.get(qn("w:ilvl"), "0")): (
                _value(level.find(qn("w:numFmt"))),
                _value(level.find(qn("w:lvlText"))),
                _number(level.find(qn("w:start")), 1),
            )
            for level in abstract.findall(qn("w:lvl"))
        }
    return {
        (num.get(qn("w:numId")), level): shape
        for num in root.findall(qn("w:num"))
        for level, shape in shapes.get(_value(num.find(qn("w:abstractNumId"))), {}).items()
    }


def _heading(style: Any) -> int:
    """The level of a heading, from 1; 0 for other paragraphs."""
    name = _value(style.find(qn("w:name"))) if style is not None else ""
    match = _HEADING.fullmatch(name)
    return int(match[1]) if match else 0


def _within(parent: Any, tag: str) -> Iterator[Any]:
    """Children with this tag, also those in content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, tag)


def _value(element: Any) -> str:
    return (element.get(qn("w:val")) or "") if element is not None else ""


def _number(element: Any, default: int) -> int:
    text = _value(element)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default
