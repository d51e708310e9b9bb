"""Turn plain text into HTML whose only tags are links and line breaks; link telephone numbers."""

import re
from functools import cache

from linkify_it import LinkifyIt
from markupsafe import Markup, escape

SHOWN = 60  # characters of an address that the page shows
_DOT = re.compile(r"\.[^\s.]")  # in every address, but not in most comments
# A host in Latin letters, directly followed by Korean: the Korean is not part of it.
_HOST_THEN_KOREAN = re.compile(
    r"(?<![\w@/.:%-])(?:https?://)?(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?=[가-힣])", re.IGNORECASE
)
# Korean particles, one or two after a word. Those of one syllable, and those that may end ordinary words, are
# cut off only if the character before them is not Korean.
_SURE = "에서|에게서?|한테서?|께서|으로부터|으로|까지|부터|입니다|이에요|이예요|이라고|라고|처럼|보다"
_SURE += "|에는|에도|하고|이랑|이나|조차|밖에"
_SURE += r"|\(으\)로|[은이을와]\([는가를과]\)|[는가를과]\([은이을와]\)"
_ALSO = "예요|에요|이네요|네요|인데요|인데|인가요|인지|이라는|라는|이라|이며|이고|이다|이야|로부터|마저|만큼"
_ALSO += "|의|에|을|를|이|가|은|는|로|와|과|도|만|랑|나|요"
_PARTICLE = re.compile(
    rf"(?:(?<=[가-힣])(?:{_SURE})(?:{_SURE}|는|도|만|의)?|(?<![가-힣])(?:{_SURE}|{_ALSO})(?:{_SURE}|{_ALSO})?)$"
)
_CLOSING = ".,;:!?…·~'\"*’”」』》〉】〕｡。、，！？"
# 02 123 4567, 031) 840-0000, 1588-1234, +82-31-840-0000; or digits alone.
_TELEPHONE = re.compile(
    r"(?:\+\d{1,3}[-. ]?)?\(?\d{2,4}[-. )]{1,2}\d{3,4}(?:[-. ]\d{4})?(?!\d)|(?<!\d)\d{8,11}(?!\d)"
)
_PAIRS = {")": "(", "]": "[", "}": "{", "）": "（"}


def linkify(text: str) -> Markup:
    """Escape, link addresses that start with http or a bare domain, turn line breaks into `<br>`.

    Links have `rel="ugc nofollow noopener"`. Korean particles and punctuation after an address stay outside.
    """
    if not _DOT.search(text):
        return _lines(text)
    start, html = 0, Markup("")
    for cut in [*(match.end() for match in _HOST_THEN_KOREAN.finditer(text)), len(text)]:
        html += _link(text[start:cut])
        start = cut
    return html


def dial(text: str) -> Markup:
    """Escape a text and turn its telephone numbers into `tel:` links."""
    html, start = Markup(""), 0
    for match in _TELEPHONE.finditer(text):
        number = re.sub(r"[^0-9+]+", "-", match[0]).strip("-")
        html += escape(text[start : match.start()])
        html += Markup('<a href="tel:{}">{}</a>').format(number, match[0])
        start = match.end()
    return html + escape(text[start:])


def _link(text: str) -> Markup:
    finder = _finder()
    matches = (finder.match(text) or []) if finder.pretest(text) else []
    html, start = Markup(""), 0
    for match in matches:
        shown = _trim(match.raw)
        address = match.url[: len(match.url) - (len(match.raw) - len(shown))]
        if not address.lower().startswith(("http://", "https://")) or "." not in shown:
            continue
        html += _lines(text[start : match.index])
        html += Markup('<a href="{}" rel="ugc nofollow noopener">{}</a>').format(address, _shown(shown))
        start = match.index + len(shown)
    return html + _lines(text[start:])


@cache
def _finder() -> LinkifyIt:
    finder = LinkifyIt(options={"fuzzy_email": False, "fuzzy_ip": False, "fuzzy_link": True})
    for scheme in ("ftp:", "//", "mailto:"):
        finder.add(scheme, None)
    return finder


def _trim(address: str) -> str:
    for _ in range(3):  # at most a bracket, a quotation mark and a particle
        address = _PARTICLE.sub("", address.rstrip(_CLOSING))
        last = address[-1:]
        if last in _PAIRS and address.count(last) > address.count(_PAIRS[last]):
            address = address[:-1]
    return address


def _shown(address: str) -> str:
    plain = re.sub(r"^https?://", "", address, flags=re.IGNORECASE)
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"


def _lines(text: str) -> Markup:
    return Markup("<br>\n").join(escape(line) for line in text.split("\n"))
