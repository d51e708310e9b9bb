"""Tells HTML from plain text, and prepares HTML from outside for a parser whose time must stay bounded."""

import re
from collections import Counter

OPEN_AT_ONCE = 200  # elements; a parser's time grows with the square of what is open
MOST_TAGS = 60_000  # later ones are spaces
REFERENCES = 500  # in one text node; a parser's time grows with the square of their number

# Elements that end by themselves or have no end tag.
_ENDLESS = {
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "a",
    "br", "hr", "img", "wbr", "col", "input", "link", "meta", "area", "base", "embed",
    "param", "source", "track",
}  # fmt: skip
_INLINE = {"a", "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "sub", "sup"}
RAW = {
    "script", "style", "title", "noscript", "template", "svg", "math", "object",
    "select", "textarea", "button", "xml",
}  # fmt: skip
"""Elements that are removed with what they hold."""
_OTHER_ELEMENTS = """
html head body article section nav aside h1 h2 h3 h4 h5 h6 hgroup header footer address main search
div span center font pre blockquote ol ul menu dl figure figcaption table caption colgroup iframe
picture video audio canvas map form fieldset legend label optgroup datalist output progress meter
details summary dialog slot small cite q dfn abbr ruby rt rp rb rtc data time code var samp kbd mark
bdi bdo big tt nobr blink marquee acronym applet basefont bgsound dir frame frameset noframes
listing plaintext xmp noembed layer
"""
_KNOWN = {*_ENDLESS, *_INLINE, *RAW, *_OTHER_ELEMENTS.split()}
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
_WORD_NAME = re.compile(r"(?:[ovwxm]|st[0-9]|u[0-9]|ns[0-9]):[a-z][a-z0-9]*", re.IGNORECASE)
_CUSTOM_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")


def is_html(text: str) -> bool:
    """Whether a text has a tag of a known element, a comment or a document type. Others are plain text."""
    last_end = text.rfind("-->")
    return any(
        _is_known(match["name"]) if match["name"] else _is_declaration(match, last_end)
        for match in _TOKEN.finditer(text)
    )


def prepared(html: str) -> str:
    """Return HTML that a parser reads in linear time and without losing a word.

    What only looks like a tag is escaped. Elements that open inside OPEN_AT_ONCE others are removed; their
    text stays, as paragraphs.
    """
    return _TOKEN.sub(_Preparation(html.rfind("-->")).replace, html)


class _Preparation:
    """What was read of a text so far."""

    def __init__(self, last_end: int):
        """:param last_end: where the last comment ends"""
        self.last_end = last_end
        self.kept: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.depth = self.tags = self.references = 0

    def replace(self, match: re.Match[str]) -> str:
        name = match["name"]
        if name and (_is_known(name) or _CUSTOM_NAME.fullmatch(name)):
            return self._tag(match[0], name.lower(), is_end=bool(match["slash"]))
        if _is_declaration(match, self.last_end):
            return match[0]
        return self._split(match[0].replace("<", "&lt;"))

    def _tag(self, tag: str, name: str, *, is_end: bool) -> str:
        self.tags += 1
        if self.tags > MOST_TAGS:
            return tag if is_end and self.kept[name] and name in RAW else " "
        if name in _ENDLESS:
            return tag
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


def _is_declaration(match: re.Match[str], last_end: int) -> bool:
    return bool(match["declaration"]) and (match[0] != "<!--" or match.start() < last_end)
