"""Plain text as people type it: normalise, compare, shorten; and the text of HTML."""

import html
import re
import unicodedata

from lib.text import invisible

_TAGS = re.compile(r"<[^>]*>")
_BLOCKS = re.compile(
    r"</(?:p|h[1-6]|li|blockquote|figure|figcaption|caption|t[rhd]|div)>|<br\s*/?>", re.IGNORECASE
)
AROUND = 14  # characters shown around a passage
MARKS = 30  # combining marks on one character, as in the Stream-Safe Text Format (UAX #15)
# Of combining class 0, but they are decomposed into marks: Tibetan pairs, halfwidth voiced sound marks.
_HIDDEN_MARKS = "\u0f73\u0f75\u0f81\uff9e\uff9f"
# Whatever is no mark in most texts, to pass over those texts quickly.
_MAY_BE_MARK = re.compile(
    r"[^\x00-\u02ff\u2000-\u20cf\u2100-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\ua66e가-힣]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tidy(text: str) -> str:
    """Normalise to NFC, without lone surrogates, control and invisible characters; line breaks as \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any("\ud800" <= c <= "\udfff" for c in text):
        text = text.encode("utf-8", "replace").decode("utf-8")
    return composed(invisible.drop(_CONTROL.sub("", text)))  # last: characters may have become neighbours


def composed(text: str) -> str:
    """Normalise to NFC in linear time: of long runs of combining marks the first MARKS stay."""
    return unicodedata.normalize("NFC", _limit_marks(text))


def line(text: str) -> str:
    """`tidy`, on one line, without spaces at the ends."""
    return single_spaced(tidy(text))


def key(name: str) -> str:
    """Return the key that names are compared by: equal for names that differ only in case, width or spaces.

    NFKC and case folding (Unicode, section 5.18), without spaces and invisible characters.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _limit_marks(name)).casefold())
    return "".join(c for c in folded if not _is_invisible(c))


def from_html(markup: str) -> str:
    """Return the text of cleaned HTML, one space between blocks."""
    return single_spaced(html.unescape(_without_tags(_BLOCKS.sub(" ", markup))))


def lines(markup: str) -> str:
    """Return the text of cleaned HTML, one line for each block."""
    text = html.unescape(_without_tags(_BLOCKS.sub("\n", markup)))
    return "\n".join(filter(None, map(single_spaced, text.split("\n"))))


def _without_tags(markup: str) -> str:
    """In linear time: behind the last ">" a search would run to the end from each "<"."""
    end = markup.rfind(">") + 1
    return _TAGS.sub("", markup[:end]) + markup[end:]


def passage(text: str, start: int, end: int) -> tuple[str, str, str]:
    """Return a passage of a text, and up to AROUND characters of its line before and after it."""
    line_end = text.find("\n", end)
    before = text[max(text.rfind("\n", 0, start) + 1, start - AROUND) : start]
    after = text[end : min(line_end if line_end >= 0 else len(text), end + AROUND)]
    return text[start:end], before, after


def single_spaced(text: str) -> str:
    """Return `" ".join(text.split())`, four times as fast for text whose only spaces are ordinary ones."""
    plain = text.replace("\n", " ")
    while "  " in plain:
        plain = plain.replace("  ", " ")
    # The only printable space is the ordinary one.
    return plain.strip() if plain.isprintable() else " ".join(text.split())


def shorten(text: str, length: int) -> str:
    """Return at most `length` characters, cut at a space if one is near, with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > length * 2 // 3 else cut).rstrip(" ,.·") + "…"


def legal_xml(text: str) -> str:
    """Remove the characters that XML 1.0 does not allow, not even escaped."""
    return _NOT_XML.sub("", text)


def _limit_marks(text: str) -> str:
    """Shorten runs of combining marks to MARKS: normalising takes quadratic time in the length of a run."""
    if not _MAY_BE_MARK.search(text):
        return text
    characters, run = [], 0
    for c in text:
        run = run + 1 if _is_mark(c) else 0
        if run <= MARKS:
            characters.append(c)
    return "".join(characters)


def _is_mark(c: str) -> bool:
    return bool(unicodedata.combining(c)) or c in _HIDDEN_MARKS


def _is_invisible(c: str) -> bool:
    is_blank = c.isspace() or c in invisible.BLANKS or invisible.is_ignored(c)
    return is_blank or unicodedata.category(c) in ("Cc", "Cs", "Zs")


def number(text: str | None) -> int | None:
    """Parse a whole number of up to 18 digits, such as an id. Returns None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
