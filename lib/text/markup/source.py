"""Tells HTML from plain text, and prepares HTML from outside for a parser whose time must stay bounded."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict

OPEN_AT_ONCE = 200  # elements; a parser's time grows with the square of what is open
MOST_TAGS = 30_000  # start tags, and as many end tags; later ones are spaces
MOST_LINES = 30_000  # later line breaks are spaces
REFERENCES = 500  # in one text node; a parser's time grows with the square of their number

# Elements that end by themselves or have no end tag.
_ENDLESS = {
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "a",
    "br", "hr", "img", "wbr", "col", "input", "link", "meta", "area", "base", "embed",
    "param", "source", "track",
}  # fmt: skip
_INLINE = {"a", "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "sub", "sup"}
# Elements that are removed with what they hold, up to the first end tag of their name. Of one that nobody
# ends, only the tag is removed: the text after it is not lost.
_HIDDEN = {
    "script", "style", "title", "template", "svg", "math", "object", "select", "button", "xml", "iframe",
    "rp",
}  # fmt: skip
_SIGNS = {"q": ("“", "”"), "rt": ("(", ")")}  # what a browser draws around these elements, or may draw
# A parser takes what stands in these for text, tags too, up to the end of the document if nobody ends them.
_RAW = {"noscript", "textarea", "xmp", "noembed", "noframes", "plaintext"}
_OTHER_ELEMENTS = """
html head body article section nav aside h1 h2 h3 h4 h5 h6 hgroup header footer address main search
div span center font pre blockquote ol ul menu dl figure figcaption table caption colgroup
picture video audio canvas map form fieldset legend label optgroup datalist output progress meter
details summary dialog slot small cite q dfn abbr ruby rt rp rb rtc data time code var samp kbd mark
bdi bdo big tt nobr blink marquee acronym applet basefont bgsound dir frame frameset listing layer
"""
_KNOWN = {*_ENDLESS, *_INLINE, *_HIDDEN, *_RAW, *_OTHER_ELEMENTS.split()}
# Attributes that have no value. Any other word without one is no attribute: "A<B and C>D" is text.
_FLAG_NAMES = """
allowfullscreen async autofocus autoplay border checked compact contenteditable controls default
defer disabled download hidden inert itemscope loop multiple muted nohref noshade novalidate nowrap
open playsinline readonly required reversed selected
"""
_FLAGS = "|".join(_FLAG_NAMES.split())
# A quotation mark outside a value ends the match, so that at most three matches read the same character.
_TAG = (
    r"<(?P<slash>/?)(?P<name>[a-z][a-z0-9:.-]*+)"
    r"(?:[\s/]++|(?<=[\s/\"'])(?:[^\s\"'<>/=]++\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++)?+"
    rf"|data-[a-z0-9-]++|(?:{_FLAGS})(?=[\s/>])))*+>"
)
# Comments, and what Word writes beside them.
_DECLARATION = r"<!--|<!doctype\b[^<>]{0,1000}>|<!\[[^<>\]]{0,200}\]>|<\?xml[^<>]{0,1000}>"
_TOKEN = re.compile(
    rf"{_TAG}|(?P<declaration>{_DECLARATION})|<+(?=<)|<|&(?:[^&<]*+&){{0,99}}+", re.IGNORECASE
)
_END = re.compile(rf"</(?P<name>{'|'.join(sorted(_HIDDEN))})[\s/]*+>|-->", re.IGNORECASE)
_WORD_NAME = re.compile(r"(?:[ovwxm]|st[0-9]|u[0-9]|ns[0-9]):[a-z][a-z0-9]*", re.IGNORECASE)
_CUSTOM_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")


def is_html(text: str) -> bool:
    """Whether a text has an element of HTML, a comment or a document type. Others are plain text.

    A name without attributes that no end tag follows is a word: a song called <Time>.
    """
    last_end, begun = text.rfind("-->"), set()
    for match in _TOKEN.finditer(text):
        name = (match["name"] or "").lower()
        if match["declaration"] and (match[0] != "<!--" or match.start() < last_end):
            return True
        if not _is_known(name):
            continue
        has_attributes = match[0].strip("</>").rstrip().lower() != name
        if has_attributes or name in _ENDLESS - {"a"} or (match["slash"] and name in begun):
            return True
        begun.add(name)
    return False


def limited(text: str) -> str:
    """Return the text with \\n between its lines, and no more than MOST_LINES of them."""
    *lines, rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)
    return "\n".join([*lines, rest.replace("\n", " ")])


def prepared(html: str) -> str:
    """Return HTML that a parser reads in linear time and without losing a word.

    What only looks like a tag is escaped. Elements that open inside OPEN_AT_ONCE others are removed; their
    text stays, as paragraphs. Comments, scripts and the like are removed.
    """
    preparation, parts, position = _Preparation(html), [], 0
    for match in _TOKEN.finditer(html):
        if match.start() >= position:
            parts += [html[position : match.start()], preparation.replacement(match)]
            position = preparation.end(match) or match.end()
    return "".join([*parts, html[position:]])


class _Preparation:
    """What was read of a text so far."""

    def __init__(self, html: str):
        self.ends: dict[str, list[int]] = defaultdict(list)  # name, or "!--" of comments: positions
        for match in _END.finditer(html):
            self.ends[(match["name"] or "!--").lower()].append(match.end())
        self.kept: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.tags: Counter[bool] = Counter()  # of start tags (False) and end tags
        self.depth = self.references = 0

    def end(self, match: re.Match[str]) -> int:
        """Where the comment or hidden element ends that begins here; 0 if it does not, or nothing does."""
        name = "!--" if match["declaration"] == "<!--" else (match["name"] or "").lower()
        if match["slash"] or name not in self.ends:
            return 0
        following = bisect_right(self.ends[name], match.end())
        return self.ends[name][following] if following < len(self.ends[name]) else 0

    def replacement(self, match: re.Match[str]) -> str:
        name = (match["name"] or "").lower()
        if _is_known(name) or _CUSTOM_NAME.fullmatch(name):
            return self._tag(match[0], name, is_end=bool(match["slash"]))
        if match["declaration"] and (match[0] != "<!--" or self.end(match)):
            return ""
        return self._split(match[0].replace("<", "&lt;"))

    def _tag(self, tag: str, name: str, *, is_end: bool) -> str:
        self.tags[is_end] += 1
        if self.tags[is_end] > MOST_TAGS or name in _RAW:
            return " "
        if name in _HIDDEN:
            return f"{tag}</iframe>" if name == "iframe" and not is_end else ""
        if name in _ENDLESS:
            return tag
        if name in _SIGNS:
            return _SIGNS[name][is_end]
        if not is_end and self.depth >= OPEN_AT_ONCE:
            self.dropped[name] += 1
            return "" if name in _INLINE else "<p>"
        if is_end and self.dropped[name]:
            self.dropped[name] -= 1
            return ""
        change = 1 if not is_end else -1 if self.kept[name] else 0
        self.kept[name] += change
        self.depth += change
        return tag

    def _split(self, text: str) -> str:
        """Begin another text node where this one has many character references."""
        self.references += text.count("&")
        if self.references < REFERENCES:
            return text
        self.references = 0
        return "<wbr>" + text


def _is_known(name: str) -> bool:
    return name.lower() in _KNOWN or bool(_WORD_NAME.fullmatch(name))
