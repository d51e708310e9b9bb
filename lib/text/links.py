"""Find the web addresses in plain text; turn the text into HTML whose only tags are links and line breaks.

Finding is linear in the length of the text, whatever it holds, and done when a text is written. To show
it, only the positions that were found are needed.
"""

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

SHOWN = 60  # characters of an address that the page shows
MAX_LINKS = 50  # in one text; further addresses stay plain text
HOST_LENGTH, LABEL_LENGTH = 253, 63  # characters, RFC 1035
# An address without a scheme is linked if its host has one of these endings: of countries, and a few more.
_ENDINGS = frozenset(
    """biz com edu gov net org pro web xxx aero asia coop info museum name shop рф ac ad ae af ag ai al am
    an ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc cd cf cg
    ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga
    gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it
    je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml
    mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl
    pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr st su sv sx sy sz
    tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za
    zm zw""".split()  # noqa: SIM905
)
# ㅋㅋ, ㅎㅎ, ㅠㅠ, also in the letters of some phones. U+318D is left out: HWP types it for ·
_JAMO = "\u3131-\u318c\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\uffa1-\uffdc"
_KEYCAP = r"[0-9#*]\ufe0f?\u20e3"  # an emoji of a digit and marks
_LABEL = rf"(?:(?!{_KEYCAP})[^\W_{_JAMO}\u318d]|-)"
# An address begins with a scheme, or with a host that does not continue a word, a path or an e-mail address.
# Possessive: what was matched once is not matched again in shorter pieces.
_HOST = re.compile(
    rf"(?:(?<![A-Za-z0-9_])(?P<scheme>[Hh][Tt][Tt][Pp][Ss]?://)"
    rf"|(?<![^\W{_JAMO}])(?<![@/.:%-]))(?P<host>{_LABEL}++(?:\.{_LABEL}++)++)"
)
_LATIN_THEN_KOREAN = re.compile(r"[A-Za-z]{2,24}(?=[가-힣])")
_PORT = re.compile(r":\d{1,5}(?!\d)")
_SCHEME = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://")
_EMOJI = (
    "©®™ℹ\u3200-\u33ff\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u20e3\ufe00-\ufe0f"
    "\U0001f000-\U0001faff\U000e0000-\U000e007f"
)
_QUOTES = (
    '"«»\u2018-\u201f\u2022\u2025\u2026\u2030-\u205e\u3000-\u303f'
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_INVISIBLE = "\\s\x00-\x20\x7f-\x9f\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff"
_CHARACTER = rf"(?!{_KEYCAP})[^<>^`|\\()\[\]{{}}{_INVISIBLE}{_QUOTES}{_JAMO}{_EMOJI}]"
_IN_BRACKETS = "|".join(rf"\{left}(?:{_CHARACTER}){{0,200}}+\{right}" for left, right in ("()", "[]", "{}"))
# A path ends before spaces, quotes, Korean punctuation, ㅋㅋ, emoji, and brackets that have no partner in it.
_PATH = re.compile(rf"[/?#](?:{_CHARACTER}|{_IN_BRACKETS})*+")
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
_PARTICLES_LENGTH = 16  # at least that of two particles and the character before them
_CLOSING = ".,;:!?·ㆍ・‧~'*^—–"
# 02 123 4567, 031) 840-0000, 1588-1234, +82-31-840-0000; or digits alone.
_TELEPHONE = re.compile(
    r"(?:\+\d{1,3}[-. ]?)?\(?\d{2,4}[-. )]{1,2}\d{3,4}(?:[-. ]\d{4})?(?!\d)|(?<!\d)\d{8,11}(?!\d)"
)


def find_links(text: str) -> list[tuple[int, int]]:
    """Return start and end of each address that starts with http or is a bare domain, at most MAX_LINKS.

    Korean particles, ㅋㅋ, emoji and punctuation after an address stay outside.
    """
    found: list[tuple[int, int]] = []
    position = 0
    while len(found) < MAX_LINKS and (match := _HOST.search(text, position)):
        end = _end(text, match)
        if end:
            found.append((match.start(), end))
        position = end or match.start() + 1
    return found


def linked(text: str, links: Iterable[Sequence[int]]) -> Markup:
    """Escape a text, turn these parts of it into links and line breaks into `<br>`.

    Links have `rel="ugc nofollow noopener"`. An address without a scheme is linked by http.

    :param links: start and end of each, from `find_links`
    """
    html, position = Markup(""), 0
    for start, end in links:
        address = text[start:end]
        href = address if _SCHEME.match(address) else f"http://{address}"
        html += _lines(text[position:start])
        html += Markup('<a href="{}" rel="ugc nofollow noopener">{}</a>').format(href, _shown(address))
        position = end
    return html + _lines(text[position:])


def linkify(text: str) -> Markup:
    """`linked`, for a text whose links are not stored."""
    return linked(text, find_links(text))


def dial(text: str) -> Markup:
    """Escape a text and turn its telephone numbers into `tel:` links."""
    html, start = Markup(""), 0
    for match in _TELEPHONE.finditer(text):
        number = re.sub(r"[^0-9+]+", "-", match[0]).strip("-")
        html += escape(text[start : match.start()])
        html += Markup('<a href="tel:{}">{}</a>').format(number, match[0])
        start = match.end()
    return html + escape(text[start:])


def _end(text: str, match: re.Match[str]) -> int:
    """Where the address that begins with this scheme or host ends; 0 if it is none."""
    labels = match["host"].split(".")
    if foreign := _LATIN_THEN_KOREAN.match(labels[-1]):
        labels[-1] = foreign[0]
    if not _is_host(labels) or not (match["scheme"] or labels[-1].lower() in _ENDINGS):
        return 0
    host_end = match.start("host") + len(".".join(labels))
    if port := _PORT.match(text, host_end):
        host_end = port.end()
    if text[host_end : host_end + 1] in ("@", "_"):
        return 0  # a name before the host, an e-mail address or a longer word
    path = _PATH.match(text, host_end)
    address = _trim(text[match.start() : path.end() if path else host_end])
    return match.start() + len(address) if "." in address else 0


def _is_host(labels: Sequence[str]) -> bool:
    return sum(map(len, labels)) + len(labels) <= HOST_LENGTH + 1 and all(
        len(label) <= LABEL_LENGTH and label[0] != "-" and label[-1] != "-" for label in labels
    )


def _trim(address: str) -> str:
    """The address without punctuation and particles at its end."""
    for _ in range(3):  # "…에서", as in: 에서, then …, then punctuation of the address itself
        address = address.rstrip(_CLOSING)
        if particle := _PARTICLE.search(address[-_PARTICLES_LENGTH:]):
            address = address[: len(address) - len(particle[0])]
    return address


def _shown(address: str) -> str:
    plain = _SCHEME.sub("", address, count=1)
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"


def _lines(text: str) -> Markup:
    return Markup("<br>\n").join(text.split("\n"))
