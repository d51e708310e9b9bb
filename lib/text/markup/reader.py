"""Reads HTML from outside into a tree of nodes."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from lib.text.markup.source import prepared

DEEPEST = 6  # lists, quotations and tables within one another
_FORMATS = {
    "a": "a", "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "ins": "u",
    "s": "s", "strike": "s", "del": "s", "sub": "sub", "sup": "sup",
}  # fmt: skip
_ORDER = ("a", "strong", "em", "u", "s", "sub", "sup")  # outermost first
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_GROUPS = {"blockquote", "ul", "ol", "table"}
# Parts of groups, and the groups that each may stand in.
_PARTS = {"li": ("ul", "ol")} | dict.fromkeys(("caption", "thead", "tr", "td", "th"), ("table",))
_PLAIN_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "main", "aside", "center", "address", "pre",
    "dl", "dt", "dd", "details", "summary", "tbody", "tfoot",
}  # fmt: skip
_SINGLE = {"br", "hr", "img"}
_ATTRIBUTES = {
    "a": {"href"}, "b": {"style"}, "span": {"style"}, "p": {"style"}, "div": {"style", "class"},
    "blockquote": {"class"}, "img": {"src", "alt"}, "iframe": {"src"}, "figure": {"data-youtube"},
    "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed", "type"}, "li": {"value"},
}  # fmt: skip

_OTHERS = {"figure", "figcaption", "iframe", "span"}
_TAGS = {*_FORMATS, *_HEADINGS, *_GROUPS, *_PARTS, *_PLAIN_BLOCKS, *_SINGLE, *_OTHERS}
_BOLD = re.compile(r"(?<![\w-])font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"(?<![\w-])font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_UNSEEN = re.compile(r"(?<![\w-])display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
# Word: a paragraph that is an item of a list, and the marker that it has drawn.
_WORD_ITEM = re.compile(r"mso-list\s*:\s*l[0-9]+\s+level([1-9])", re.IGNORECASE)
_WORD_MARKER = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_NO_ITEMS = {"item", "figure", "caption", "figcaption", *_HEADINGS}  # where no list can begin
_LONGEST_STYLE = 4000  # characters that are looked at
_NH3 = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel"},
)

Formats = tuple[tuple[str, str], ...]  # pairs of tag and href, outermost first


@dataclass(slots=True)
class Node:
    """An element, or a leaf: "text", "br", "img", "hr", "iframe", or "end" where a block ends.

    An "item" is a paragraph of Word that belongs to a list; it has a level from 1 and a marker.
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    text: str = ""
    formats: Formats = ()


def lines(text: str, formats: Formats = ()) -> list[Node]:
    """The nodes of a plain text: its lines with breaks between them. Several empty lines are like one."""
    nodes: list[Node] = []
    for line in re.sub(r"\n\s*\n", "\n\n", text).split("\n"):
        nodes += [Node("text", text=line, formats=formats), Node("br", formats=formats)]
    return nodes[:-1]


def read(html: str) -> list[Node]:
    """The nodes of a text. Their nesting is bounded, so that recursion over them is."""
    reader = _Reader()
    reader.feed(_NH3.clean(prepared(html)))
    reader.close()
    return reader.root.children


class _Reader(HTMLParser):
    """Parser for the output of nh3: well formed, known tags only."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Node("")
        self.nodes = [self.root]
        self.open: list[tuple[str, str]] = []  # tag and role: node, item, format, flat, skip or unseen
        self.unseen = 0  # open elements that nobody sees
        self.formats: list[tuple[str, str]] = []
        self.groups: list[str] = []  # tags; "" for a group that is too deep

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _SINGLE or tag == "iframe":
            self._leaf(Node(tag, attributes, formats=self._active()))
        if tag in _SINGLE:
            return
        role = self._role(tag, attributes)
        self.open.append((tag, role))
        if role == "format":
            href = _href(attributes.get("href", "")) if tag == "a" else ""
            self.formats.append((_FORMATS.get(tag, "strong"), href))
        elif role == "node":
            if tag == "table" and "table" in self.groups:
                attributes["nested"] = "nested"
            self._enter(Node(_HEADINGS.get(tag, tag), attributes))
        elif role == "item":
            self._enter(Node("item", {"level": str(self._level(_style(attributes))), "marker": ""}))
        elif role == "flat":
            self._leaf(Node("end"))
        elif role in ("unseen", "marker"):
            self.unseen += 1
        if tag in _GROUPS:
            self.groups.append(tag if role == "node" else "")

    def _role(self, tag: str, attributes: dict[str, str]) -> str:
        """How an element is read: as a node, as a format, flat (only its content), or not at all (skip).

        The content of one that is "unseen" is left out: it is hidden, or Gmail's line above a quotation. What
        Word has drawn as the "marker" of an item is not part of its text.
        """
        style = _style(attributes)
        if _WORD_MARKER.search(style) and self.nodes[-1].tag == "item":
            return "marker"
        if _UNSEEN.search(style) or "gmail_attr" in attributes.get("class", "").split():
            return "unseen"
        if tag in _FORMATS:
            return "format" if not (tag == "b" and _NOT_BOLD.search(style)) else "skip"
        if tag == "span":
            return "format" if _BOLD.search(style) else "skip"
        return self._role_of_block(tag, attributes)

    def _role_of_block(self, tag: str, attributes: dict[str, str]) -> str:
        if tag == "iframe":
            return "skip"
        within = [node.tag for node in self.nodes]
        if tag == "blockquote" and "gmail_quote" in attributes.get("class", "").split():
            return "flat"  # a release that was forwarded
        if tag == "p" and self._level(_style(attributes)) and not set(within) & _NO_ITEMS:
            return "item"
        if tag in _GROUPS:
            return "node" if len([group for group in self.groups if group]) < DEEPEST else "flat"
        if tag in _PARTS:
            return "node" if self.groups and self.groups[-1] in _PARTS[tag] else "flat"
        if tag == "figure":
            return "flat" if "figure" in within else "node"
        if tag == "figcaption":
            return "node" if within[-1] == "figure" else "flat"
        return "node" if tag in _HEADINGS and not set(within) & {*_HEADINGS, "th", "figure"} else "flat"

    def _level(self, style: str) -> int:
        """The level of an item of Word, from 1, no deeper than lists may be; 0 for any other paragraph."""
        level = _WORD_ITEM.search(style)
        deepest = DEEPEST - len([group for group in self.groups if group])
        return min(int(level[1]), deepest) if level else 0

    def handle_endtag(self, tag: str) -> None:
        if tag in _SINGLE or tag not in [opened for opened, _ in self.open[-1:]]:
            return
        _, role = self.open.pop()
        if role == "format":
            self.formats.pop()
        elif role in ("node", "item"):
            self.nodes.pop()
        elif role in ("unseen", "marker"):
            self.unseen -= 1
        elif role == "flat":
            self._leaf(Node("end"))
        if tag in _GROUPS:
            self.groups.pop()

    def handle_data(self, data: str) -> None:
        if self.unseen:
            if "marker" in [role for _, role in self.open[-8:]]:
                attributes = self.nodes[-1].attributes
                attributes["marker"] = " ".join((attributes.get("marker", "") + data)[:40].split())
            return
        pre = any(tag == "pre" for tag, _ in self.open[-8:])
        active = self._active()
        nodes = lines(data, active) if pre else [Node("text", text=data, formats=active)]
        self.nodes[-1].children += nodes

    def _leaf(self, node: Node) -> None:
        if not self.unseen:
            self.nodes[-1].children.append(node)

    def _enter(self, node: Node) -> None:
        self._leaf(node)
        self.nodes.append(node)

    def _active(self) -> Formats:
        """The open formats in canonical order, without repetitions; of links the innermost valid one."""
        found = dict(self.formats[-50:])
        return tuple((tag, found[tag]) for tag in _ORDER if tag in found and (tag != "a" or found[tag]))


def _style(attributes: dict[str, str]) -> str:
    return attributes.get("style", "")[:_LONGEST_STYLE]


def _href(typed: str) -> str:
    """A link to the web, mail, a telephone or this site; empty for any other address."""
    address = re.sub(r"[\x00-\x1f\x7f]", "", typed).strip().replace(" ", "%20")
    if re.match(r"https?://[^/?#]|mailto:.|tel:.", address, re.IGNORECASE):
        return address
    return address if re.match(r"/(?![/\\])|#.", address) else ""
