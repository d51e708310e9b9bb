"""The text of an article: whatever was typed or pasted, as the little HTML we print.

nh3 makes it well formed and takes away what is dangerous; then everything is written anew in one way only: blocks, and
in them runs of letters with formats. So cleaning what was cleaned changes nothing, and nothing else can get through.
"""

import html as entities
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

import nh3

from lib.text import plain


class Size(NamedTuple):
    """A photo that may stand in a text: the widths its files have, and the size of the largest, in pixels."""

    widths: list[int]
    width: int
    height: int


Pictures = Mapping[str, Size | tuple[list[int], int, int]]  # by digest

SIZES = "(min-width: 42rem) 40rem, 92vw"
DEEPEST = 6  # lists, quotations and tables within one another
OPEN_AT_ONCE = 200  # elements; the time a parser takes grows with the square of what is open
_FORMATS = {
    "a": "a", "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "ins": "u",
    "s": "s", "strike": "s", "del": "s", "sub": "sub", "sup": "sup",
}  # fmt: skip
_ORDER = ("a", "strong", "em", "u", "s", "sub", "sup")  # outermost first
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_GROUPS = {"blockquote", "ul", "ol", "table"}
_PARTS = {
    "li": ("ul", "ol"),
    "caption": ("table",),
    "thead": ("table",),
    "tr": ("table",),
    "td": ("table",),
    "th": ("table",),
}
_PLAIN_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "main", "aside", "center", "address", "pre", "dl", "dt", "dd",
    "details", "summary", "tbody", "tfoot",
}  # fmt: skip
_SINGLE = {"br", "hr", "img"}
_DROPPED = {
    "script",
    "style",
    "title",
    "noscript",
    "template",
    "svg",
    "math",
    "object",
    "select",
    "textarea",
    "button",
    "xml",
}

_ATTRIBUTES = {
    "a": {"href"}, "b": {"style"}, "img": {"src", "alt"}, "iframe": {"src"}, "figure": {"data-youtube"},
    "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
}  # fmt: skip

_NH3 = nh3.Cleaner(
    tags={
        *_FORMATS,
        *_HEADINGS,
        *_GROUPS,
        *_PARTS,
        *_PLAIN_BLOCKS,
        *_SINGLE,
        "figure",
        "figcaption",
        "iframe",
    },
    clean_content_tags=_DROPPED,
    attributes=_ATTRIBUTES,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel"},
)
_TAG = re.compile(r"<[a-zA-Z/!?]")
_IFRAME = re.compile(r"(<iframe\b[^<>]*>).*?(?:</iframe\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_ELEMENT = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)[^<>]*>")
# These end by themselves, or have no end.
_ENDLESS = {
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "a",
    "br", "hr", "img", "wbr", "col", "input", "link", "meta", "area", "base", "embed", "param", "source", "track",
}  # fmt: skip
_PICTURE = re.compile(
    r"(?:https?://[^/\s\"'<>]{1,253})?/media/([0-9a-f]{64})-(?:([0-9]{1,5})\.webp|share\.jpg)"
)
_VIDEO = re.compile(r'<figure class="video" data-youtube="([\w-]{11})"', re.ASCII)
_YOUTUBE = re.compile(
    r"(?:(?:https?:)?//)?(?:(?:www|m|music)\.)?"
    r"(?:youtube(?:-nocookie)?\.com/(?:watch/?\?(?:[^#\s]*&)?v=|embed/|shorts/|live/|v/)|youtu\.be/)"
    r"(?!videoseries|live_stream)([\w-]{11})(?:[?&#/]\S*)?",
    re.ASCII | re.IGNORECASE,
)
_ID = re.compile(r"[\w-]{11}", re.ASCII)
_SPACE = re.compile(r"[\s\u00a0]")
_NOTHING = str.maketrans("", "", "\u200b\ufeff\u00ad\u2060")
_BREAK = "\n"  # in a run of letters: a line ends here

Formats = tuple[tuple[str, str], ...]  # pairs of tag and href, outermost first


def clean(html: str, pictures: Pictures | None = None) -> str:
    """The HTML of an article's text, fit to print. Text without any tag becomes paragraphs: a blank line ends one.

    :param pictures: the photos that may stand in it; others go
    """
    html = html.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    if not _TAG.search(html):
        html = _paragraphs(html)
    reader = _Reader()
    reader.feed(_NH3.clean(_shallow(_IFRAME.sub(r"\1</iframe>", html))))
    reader.close()
    return "\n".join(block.html for block in _blocks(reader.root.children, pictures or {}))


def youtube_id(text: str) -> str | None:
    """The eleven letters of a video, from its address in any of the usual forms; none where it is no such address."""
    match = _YOUTUBE.fullmatch(entities.unescape(text[:2000]).strip())
    return match[1] if match else None


def picture_digests(html: str) -> list[str]:
    """The digests of our own photos that stand in a text, each once, in order."""
    return list(dict.fromkeys(match[1] for match in _PICTURE.finditer(html)))


def video_ids(html: str) -> list[str]:
    """The videos that stand in a cleaned text, each once, in order."""
    return list(dict.fromkeys(_VIDEO.findall(html)))


def _shallow(html: str) -> str:
    """Without the elements that open when very many are open already; their words stay, as paragraphs."""
    kept: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    depth = 0

    def decide(match: re.Match[str]) -> str:
        nonlocal depth
        tag = match[2].lower()
        if tag in _ENDLESS:
            return match[0]
        if not match[1] and depth >= OPEN_AT_ONCE:
            dropped[tag] += 1
            return "" if tag in _FORMATS else "<p>"
        if match[1] and dropped[tag]:
            dropped[tag] -= 1
            return ""
        change = 1 if not match[1] else -1 if kept[tag] else 0
        kept[tag] += change
        depth += change
        return match[0]

    return _ELEMENT.sub(decide, html)


def _paragraphs(typed: str) -> str:
    lines = entities.escape(typed.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "<p>" + "<br>".join(line.strip() for line in lines) + "</p>"  # two breaks in a row end a paragraph


@dataclass
class _Node:
    """What `_Reader` found: an element that matters, or a leaf — letters, a line break, an image, the end of a block."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["_Node"] = field(default_factory=list)
    letters: str = ""
    formats: Formats = ()


@dataclass
class _Block:
    """`tag` is p, h2, h3, h4, img, video or empty for whatever needs no more looking at."""

    tag: str
    inner: str
    words: str = ""  # of a paragraph or the label of a video, as plain text
    html: str = ""

    def __post_init__(self) -> None:
        if self.tag == "img":
            self.html = f"<figure>{self.inner}</figure>"
        elif self.tag == "video":
            self.html = _video(self.inner, self.words)
        else:
            self.html = f"<{self.tag}>{self.inner}</{self.tag}>" if self.tag else self.inner


class _Reader(HTMLParser):
    """Reads what nh3 wrote (well formed, known tags) into nodes. Nesting is bounded, so that recursion is."""

    def __init__(self) -> None:
        super().__init__()
        self.root = _Node("")
        self.nodes = [self.root]
        self.open: list[tuple[str, str]] = []  # tag, and what it became: node, format, flat or skip
        self.formats: list[tuple[str, str]] = []
        self.groups: list[str] = []  # "" for one that is too deep

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _SINGLE or tag == "iframe":
            self._leaf(_Node(tag, attributes, formats=self._active()))
        if tag in _SINGLE:
            return
        became = self._become(tag, attributes)
        self.open.append((tag, became))
        if became == "format":
            self.formats.append((_FORMATS[tag], _href(attributes.get("href", "")) if tag == "a" else ""))
        elif became == "node":
            node = _Node(_HEADINGS.get(tag, tag), attributes)
            self._leaf(node)
            self.nodes.append(node)
        elif became == "flat":
            self._leaf(_Node("end"))
        if tag in _GROUPS:
            self.groups.append(tag if became == "node" else "")

    def _become(self, tag: str, attributes: dict[str, str]) -> str:
        if tag in _FORMATS:
            return "format" if not (tag == "b" and "normal" in attributes.get("style", "")) else "skip"
        if tag == "iframe":
            return "skip"
        within = [node.tag for node in self.nodes]
        if tag in _GROUPS:
            return "node" if len([group for group in self.groups if group]) < DEEPEST else "flat"
        if tag in _PARTS:
            return "node" if self.groups and self.groups[-1] in _PARTS[tag] else "flat"
        if tag == "figure":
            return "flat" if "figure" in within else "node"
        if tag == "figcaption":
            return "node" if within[-1] == "figure" else "flat"
        return "node" if tag in _HEADINGS and not set(within) & {*_HEADINGS, "th", "figure"} else "flat"

    def handle_endtag(self, tag: str) -> None:
        if tag in _SINGLE or tag not in [opened for opened, _ in self.open[-1:]]:
            return
        _, became = self.open.pop()
        if became == "format":
            self.formats.pop()
        elif became == "node":
            self.nodes.pop()
        elif became == "flat":
            self._leaf(_Node("end"))
        if tag in _GROUPS:
            self.groups.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "iframe":
            return
        pre = any(tag == "pre" for tag, _ in self.open[-8:])
        lines = data.split("\n") if pre else [data]
        for number, letters in enumerate(lines):
            if number:
                self._leaf(_Node("br", formats=self._active()))
            self._leaf(_Node("text", letters=letters, formats=self._active()))

    def _leaf(self, node: _Node) -> None:
        self.nodes[-1].children.append(node)

    def _active(self) -> Formats:
        """The formats that are open, each once, in our order; of links the innermost, unless it leads nowhere."""
        found = dict(self.formats[-50:])
        return tuple((tag, found[tag]) for tag in _ORDER if tag in found and (tag != "a" or found[tag]))


def _blocks(nodes: Iterable[_Node], pictures: Pictures) -> list[_Block]:
    """Everything in flow, one block after the other; what only has space in it goes."""
    found: list[_Block] = []
    waiting: list[_Node] = []

    def flush() -> None:
        found.extend(_prose(waiting))
        waiting.clear()

    for node in nodes:
        if node.tag in ("text", "br"):
            waiting.append(node)
            continue
        flush()
        found.extend(_made(node, pictures))
    flush()
    return found


def _made(node: _Node, pictures: Pictures) -> list[_Block]:
    """The blocks that one node becomes."""
    match node.tag:
        case "hr":
            return [_Block("", "<hr>")]
        case "img":
            return _image(node, pictures)
        case "iframe":
            id = youtube_id(node.attributes.get("src", ""))
            return [_Block("video", id)] if id else []
        case "h2" | "h3" | "h4":
            return [
                _Block(node.tag, b.inner, b.words) if b.tag == "p" else b
                for b in _blocks(node.children, pictures)
            ]
        case "blockquote":
            inner = _blocks(node.children, pictures)
            return [_Block("", f"<blockquote>{_joined(inner)}</blockquote>")] if inner else []
        case "ul" | "ol":
            return _list(node, pictures)
        case "table":
            return _table(node, pictures)
        case "figure":
            return _figure(node, pictures)
        case "end":
            return []
    return _blocks(node.children, pictures)


def _image(node: _Node, pictures: Pictures) -> list[_Block]:
    match = _PICTURE.fullmatch(node.attributes.get("src", "").strip())
    if not match or match[1] not in pictures:
        return []
    digest, (widths, width, height) = match[1], pictures[match[1]]
    shown = int(match[2] or 0)
    if shown not in widths:
        shown = widths[min(1, len(widths) - 1)]
    srcset = ", ".join(f"/media/{digest}-{each}.webp {each}w" for each in widths)
    alt = entities.escape(plain.line(node.attributes.get("alt", ""))[:300].strip())
    return [
        _Block(
            "img",
            f'<img src="/media/{digest}-{shown}.webp" srcset="{srcset}" sizes="{SIZES}"'
            f' width="{width}" height="{height}" alt="{alt}" loading="lazy">',
        )
    ]


def _video(id: str, label: str) -> str:
    address = f"https://www.youtube.com/watch?v={id}"
    if not label or youtube_id(label):
        label = address
    return f'<figure class="video" data-youtube="{id}"><a href="{address}" rel="noopener">{entities.escape(label)}</a></figure>'


def _figure(node: _Node, pictures: Pictures) -> list[_Block]:
    """A photo or a video with its caption; anything else comes out of its figure."""
    captions = [child for child in node.children if child.tag == "figcaption"]
    caption = _runs(captions)
    inner = _blocks([child for child in node.children if child.tag != "figcaption"], pictures)
    marked = node.attributes.get("data-youtube", "")
    if _ID.fullmatch(marked) and not any(block.tag == "img" for block in inner):
        words = _words(_runs(node.children))
        return [_Block("video", marked, words[:300].strip())]
    for block in reversed(inner):
        if block.tag == "img" and caption:
            block.html = f"<figure>{block.inner}<figcaption>{caption}</figcaption></figure>"
            return inner
        if block.tag == "video" and caption:
            block.html = _video(block.inner, _words(caption)[:300].strip())
            return inner
    return inner + _blocks([leaf for child in captions for leaf in child.children], pictures)


def _list(node: _Node, pictures: Pictures) -> list[_Block]:
    """What stands in a list outside its items belongs to the item before, or makes one."""
    items: list[list[_Block]] = []
    loose: list[_Node] = []

    def flush() -> None:
        blocks = _blocks(loose, pictures)
        loose.clear()
        if blocks and items:
            items[-1] += blocks
        elif blocks:
            items.append(blocks)

    for child in node.children:
        if child.tag != "li":
            loose.append(child)
            continue
        flush()
        blocks = _blocks(child.children, pictures)
        if blocks:
            items.append(blocks)
    flush()
    inner = "".join(f"<li>{_bare(blocks)}</li>" for blocks in items)
    return [_Block("", f"<{node.tag}>{inner}</{node.tag}>")] if items else []


def _table(node: _Node, pictures: Pictures) -> list[_Block]:
    caption = _runs([child for child in node.children if child.tag == "caption"])
    head = _rows([child for child in node.children if child.tag == "thead"], pictures)
    body = _rows([child for child in node.children if child.tag not in ("thead", "caption")], pictures)
    if not any(cell for row in head + body for cell, _ in row):
        return [_Block("p", caption, _words(caption))] if caption else []
    inner = f"<caption>{caption}</caption>" if caption else ""
    inner += f"<thead>{_printed(head)}</thead>" if head else ""
    inner += f"<tbody>{_printed(body)}</tbody>" if body else ""
    return [_Block("", f"<table>{inner}</table>")]


def _rows(nodes: list[_Node], pictures: Pictures) -> list[list[tuple[str, _Node]]]:
    """Rows of cells: what is in them, and the node they came from."""
    rows = [
        child
        for node in nodes
        for child in ([node] if node.tag == "tr" else node.children)
        if child.tag == "tr"
    ]
    filled = [
        [(_bare(_blocks(cell.children, pictures)), cell) for cell in row.children if cell.tag in ("td", "th")]
        for row in rows
    ]
    return [row for row in filled if row]


def _printed(rows: list[list[tuple[str, _Node]]]) -> str:
    printed = ""
    for number, row in enumerate(rows):
        cells = ""
        for inner, node in row:
            spans = _span(node, "colspan", 50) + _span(node, "rowspan", len(rows) - number)
            cells += f"<{node.tag}{spans}>{inner}</{node.tag}>"
        printed += f"<tr>{cells}</tr>"
    return printed


def _span(node: _Node, name: str, most: int) -> str:
    typed = node.attributes.get(name, "")
    number = min(int(typed), most) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
    return f' {name}="{number}"' if number > 1 else ""


def _joined(blocks: list[_Block]) -> str:
    return "".join(block.html for block in blocks)


def _bare(blocks: list[_Block]) -> str:
    """Blocks of an item or a cell; one paragraph needs no tag."""
    if len([block for block in blocks if block.tag == "p"]) == 1:
        return "".join(block.inner if block.tag == "p" else block.html for block in blocks)
    return _joined(blocks)


Letter = tuple[str, Formats]


def _prose(leaves: list[_Node]) -> list[_Block]:
    """Paragraphs of letters and line breaks; two breaks in a row end one. An address of a video alone becomes the video."""
    found = []
    for lines in _passages(leaves):
        inner = _written(lines)
        words = _words(inner)
        id = youtube_id(words)
        found.append(_Block("video", id) if id else _Block("p", inner, words))
    return found


def _runs(nodes: list[_Node]) -> str:
    """All letters in these nodes as one run, for places where no block may stand."""
    lines = [line for passage in _passages(_leaves(nodes)) for line in passage]
    return _written(lines)


def _leaves(nodes: list[_Node]) -> list[_Node]:
    found: list[_Node] = []
    for node in nodes:
        if node.tag in ("text", "br"):
            found.append(node)
        else:
            found += [_Node("br"), *_leaves(node.children), _Node("br")]
    return found


def _passages(leaves: list[_Node]) -> list[list[list[Letter]]]:
    """Paragraphs of lines of letters, without space at the ends of lines and empty lines."""
    passages: list[list[list[Letter]]] = [[]]
    for line in _lines(leaves):
        if line:
            passages[-1].append(line)
        elif passages[-1]:
            passages.append([])
    return [passage for passage in passages if passage]


def _lines(leaves: list[_Node]) -> list[list[Letter]]:
    runs: list[tuple[str, Formats]] = []
    lines: list[list[Letter]] = []
    for leaf in [*leaves, _Node("br")]:
        if leaf.tag == "br":
            lines.append(_line(runs))
            runs = []
        elif runs and runs[-1][1] == leaf.formats:
            runs[-1] = (runs[-1][0] + leaf.letters, leaf.formats)
        else:
            runs.append((leaf.letters, leaf.formats))
    return lines


def _line(runs: list[tuple[str, Formats]]) -> list[Letter]:
    letters: list[Letter] = []
    for run, formats in runs:
        for letter in _SPACE.sub(" ", plain.tidy(run.translate(_NOTHING))):
            if letter != " " or (letters and letters[-1][0] != " "):
                letters.append((letter, formats))
    while letters and letters[-1][0] == " ":
        letters.pop()
    return letters


def _written(lines: list[list[Letter]]) -> str:
    """Lines as HTML: `<br>` between them, formats opened and closed in one order."""
    letters: list[Letter] = []
    for line in lines:
        if letters:
            before, after = letters[-1][1], line[0][1]
            letters.append((_BREAK, tuple(one for one in before if one in after)))
        letters += line
    parts: list[str] = []
    active: Formats = ()
    for letter, formats in [*letters, ("", ())]:
        if formats != active:
            same = next(
                (n for n, (a, b) in enumerate(zip(active, formats, strict=False)) if a != b),
                min(len(active), len(formats)),
            )
            parts += [f"</{tag}>" for tag, _ in reversed(active[same:])]
            parts += [
                f'<a href="{entities.escape(href)}" rel="noopener">' if tag == "a" else f"<{tag}>"
                for tag, href in formats[same:]
            ]
            active = formats
        parts.append("<br>" if letter == _BREAK else _ESCAPED.get(letter, letter))
    return "".join(parts)


_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _words(inner: str) -> str:
    return plain.from_html(inner)


def _href(typed: str) -> str:
    """An address to link to: of the web, mail, telephone or this site; empty for any other."""
    address = re.sub(r"[\x00-\x1f\x7f]", "", typed).strip().replace(" ", "%20")
    if re.match(r"https?://[^/?#]|mailto:.|tel:.", address, re.IGNORECASE):
        return address
    return address if re.match(r"/(?![/\\])|#.", address) else ""
