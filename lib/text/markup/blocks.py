"""Prints nodes as blocks: paragraphs, headings, quotations, lists, tables, figures."""

import html as entities
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lib.text import plain
from lib.text.markup import runs, word_lists
from lib.text.markup.reader import Node
from lib.text.markup.youtube import VIDEO_ID, youtube_id

SIZES = "(min-width: 42rem) 40rem, 92vw"
LABEL_LENGTH = 300  # characters of an alternative text or the label of a video
WIDE = '<div class="body__wide" tabindex="0">'  # scrolls sideways, by keyboard too
PICTURE = re.compile(
    r"(?:https?://[^/\s\"'<>]{1,253})?/media/([0-9a-f]{64})-(?:([0-9]{1,5})\.webp|share\.jpg)"
)
_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,6})(?![0-9])[^\0]{0,20}", re.ASCII)


class Shown(NamedTuple):
    """A photo that a text may show: the widths of its files and the size of the largest, in pixels.

    `alt`: its alternative text in place of the one that stands in the text; None keeps that.
    """

    widths: list[int]
    width: int
    height: int
    alt: str | None = None


Pictures = Mapping[str, Shown]  # by digest


@dataclass
class Block:
    """A printed block. `tag` is p, h2, h3, h4, img or video; empty for a block that is complete."""

    tag: str
    inner: str
    text: str = ""  # of a paragraph, or the label of a video: plain text
    html: str = ""

    def __post_init__(self) -> None:
        if self.tag == "img":
            self.html = f"<figure>{self.inner}</figure>"
        elif self.tag == "video":
            self.html = _video(self.inner, self.text)
        else:
            self.html = f"<{self.tag}>{self.inner}</{self.tag}>" if self.tag else self.inner


def render(nodes: Iterable[Node], pictures: Pictures) -> list[Block]:
    """The blocks of these nodes, in order. Blocks that hold nothing but space are left out."""
    found: list[Block] = []
    nodes = word_lists.gathered(nodes)
    for is_text, group in itertools.groupby(nodes, lambda node: node.tag in ("text", "br")):
        if is_text:
            found += [_paragraph(inner) for inner in runs.paragraphs(list(group))]
        else:
            found += [block for node in group for block in _blocks_of(node, pictures)]
    return found


def _paragraph(inner: str) -> Block:
    """A paragraph. One that is nothing but the address of a video becomes the video."""
    text = plain.from_html(inner)
    id = youtube_id(text)
    return Block("video", id) if id else Block("p", inner, text)


def _blocks_of(node: Node, pictures: Pictures) -> list[Block]:
    """The blocks of one node that is not text."""
    match node.tag:
        case "hr":
            return [Block("", "<hr>")]
        case "img":
            return _image(node, pictures)
        case "iframe":
            id = youtube_id(node.attributes.get("src", ""))
            return [Block("video", id)] if id else []
        case "h2" | "h3" | "h4":
            inner = render(node.children, pictures)
            return [Block(node.tag, b.inner, b.text) if b.tag == "p" else b for b in inner]
        case "blockquote":
            inner = render(node.children, pictures)
            return [Block("", f"<blockquote>{_joined(inner)}</blockquote>")] if inner else []
        case "ul" | "ol":
            return _list(node, pictures)
        case "table":
            return _table(node, pictures)
        case "figure":
            return _figure(node, pictures)
        case "end":
            return []
    return render(node.children, pictures)


def _image(node: Node, pictures: Pictures) -> list[Block]:
    match = PICTURE.fullmatch(node.attributes.get("src", "").strip())
    if not match or match[1] not in pictures:
        return []
    digest, (widths, width, height, alt) = match[1], pictures[match[1]]
    shown = int(match[2] or 0)
    if shown not in widths:
        shown = widths[min(1, len(widths) - 1)]
    srcset = ", ".join(f"/media/{digest}-{each}.webp {each}w" for each in widths)
    alt = plain.line(node.attributes.get("alt", "")) if alt is None else alt
    alt = entities.escape(alt[:LABEL_LENGTH].strip())
    html = f'<img src="/media/{digest}-{shown}.webp" srcset="{srcset}" sizes="{SIZES}"'
    html += f' width="{width}" height="{height}" alt="{alt}" loading="lazy">'
    return [Block("img", html)]


def _video(id: str, label: str) -> str:
    address = f"https://www.youtube.com/watch?v={id}"
    if not label or youtube_id(label):
        label = address
    link = f'<a href="{address}" rel="noopener">{entities.escape(label)}</a>'
    return f'<figure class="video" data-youtube="{id}">{link}</figure>'


def _figure(node: Node, pictures: Pictures) -> list[Block]:
    """A photo or a video with its caption. Any other content is printed without a figure."""
    captions = [child for child in node.children if child.tag == "figcaption"]
    caption = runs.inline(captions)
    inner = render([child for child in node.children if child.tag != "figcaption"], pictures)
    marked = node.attributes.get("data-youtube", "")
    if VIDEO_ID.fullmatch(marked) and not any(block.tag == "img" for block in inner):
        label = plain.from_html(runs.inline(node.children))
        return [Block("video", marked, label[:LABEL_LENGTH].strip())]
    for block in reversed(inner):
        if block.tag == "img" and caption:
            block.html = f"<figure>{block.inner}<figcaption>{caption}</figcaption></figure>"
            return inner
        if block.tag == "video" and caption:
            block.html = _video(block.inner, plain.from_html(caption)[:LABEL_LENGTH].strip())
            return inner
    return inner + render([leaf for child in captions for leaf in child.children], pictures)


def _list(node: Node, pictures: Pictures) -> list[Block]:
    """A list. Content outside its items is added to the item before, or becomes an item."""
    items: list[tuple[list[Block], str]] = []  # blocks and attributes
    for is_item, group in itertools.groupby(node.children, lambda child: child.tag == "li"):
        for item in group if is_item else [Node("", children=list(group))]:
            blocks = render(item.children, pictures)
            if blocks and items and not is_item:
                items[-1][0].extend(blocks)
            elif blocks:
                items.append((blocks, _number(item, "value") if node.tag == "ol" else ""))
    inner = "".join(f"<li{attributes}>{_bare(blocks)}</li>" for blocks, attributes in items)
    return [Block("", f"<{node.tag}{_numbering(node)}>{inner}</{node.tag}>")] if items else []


def _numbering(node: Node) -> str:
    """The attributes of a list that number its items; those that say what is usual are left out."""
    if node.tag != "ol":
        return ""
    kind, start = node.attributes.get("type", ""), _number(node, "start")
    is_reversed = "reversed" in node.attributes
    return (
        ("" if start == ' start="1"' and not is_reversed else start)
        + (" reversed" if is_reversed else "")
        + (f' type="{kind}"' if kind in ("a", "A", "i", "I") else "")
    )


def _number(node: Node, name: str) -> str:
    """An attribute that holds a whole number of at most six digits."""
    match = _INTEGER.fullmatch(node.attributes.get(name, ""))
    return f' {name}="{int(match[1])}"' if match else ""


def _table(node: Node, pictures: Pictures) -> list[Block]:
    """A table. Unless it stands in another one, an element around it lets wide tables scroll sideways."""
    caption = runs.inline([child for child in node.children if child.tag == "caption"])
    head = _rows([child for child in node.children if child.tag == "thead"], pictures)
    body = _rows([child for child in node.children if child.tag not in ("thead", "caption")], pictures)
    if not any(cell for row in head + body for cell, _ in row):
        return [_paragraph(caption)] if caption else []
    inner = f"<caption>{caption}</caption>" if caption else ""
    inner += f"<thead>{_print_rows(head)}</thead>" if head else ""
    inner += f"<tbody>{_print_rows(body)}</tbody>" if body else ""
    table = f"<table>{inner}</table>"
    return [Block("", table if "nested" in node.attributes else f"{WIDE}{table}</div>")]


def _rows(nodes: list[Node], pictures: Pictures) -> list[list[tuple[str, Node]]]:
    """Rows of cells: the content of each and its node."""
    rows = [row for node in nodes for row in ([node] if node.tag == "tr" else node.children)]
    cells = [[cell for cell in row.children if cell.tag in ("td", "th")] for row in rows if row.tag == "tr"]
    return [[(_bare(render(cell.children, pictures)), cell) for cell in row] for row in cells if row]


def _print_rows(rows: list[list[tuple[str, Node]]]) -> str:
    html = ""
    for number, row in enumerate(rows):
        cells = ""
        for inner, node in row:
            spans = _span(node, "colspan", 50) + _span(node, "rowspan", len(rows) - number)
            scope = node.attributes.get("scope", "").lower()
            spans += f' scope="{scope}"' if scope in ("col", "row", "colgroup", "rowgroup") else ""
            cells += f"<{node.tag}{spans}>{inner}</{node.tag}>"
        html += f"<tr>{cells}</tr>"
    return html


def _span(node: Node, name: str, most: int) -> str:
    value = node.attributes.get(name, "")
    number = min(int(value), most) if value.isascii() and value.isdigit() and len(value) < 6 else 1
    return f' {name}="{number}"' if number > 1 else ""


def _joined(blocks: list[Block]) -> str:
    return "".join(block.html for block in blocks)


def _bare(blocks: list[Block]) -> str:
    """Blocks of an item or a cell. A single paragraph is printed without its tag."""
    if len([block for block in blocks if block.tag == "p"]) == 1:
        return "".join(block.inner if block.tag == "p" else block.html for block in blocks)
    return _joined(blocks)
