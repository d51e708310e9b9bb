"""Text as people type it, made fit to compare, cut and show."""

import html
import re
import unicodedata

_TAGS = re.compile(r"<[^>]*>")
_BLOCKS = re.compile(
    r"</(?:p|h[1-6]|li|blockquote|figure|figcaption|caption|t[rhd]|div)>|<br\s*/?>", re.IGNORECASE
)
# Shown as nothing at all, so two different names would look the same: Unicode's Default_Ignorable_Code_Point (Hangul fillers, the
# combining grapheme joiner, Khmer inherent vowels, variation selectors, tags) and the braille blank. Format characters are caught by rule.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]+"
)


def tidy(text: str) -> str:
    """NFC, without NUL bytes, lone surrogates and other control characters; line breaks as \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode("utf-8") if _has_surrogate(text) else text
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    return unicodedata.normalize("NFC", text)  # last: what stood apart may stand together now


def line(text: str) -> str:
    """`tidy`, on one line, without space at the ends."""
    return single_spaced(tidy(text))


def key(name: str) -> str:
    """What a name is compared by: two names that look alike in letters and case share one key.

    NFKC and case folding (Unicode, section 5.18), without spaces and characters that show nothing.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in _INVISIBLE.sub("", folded) if not _shows_nothing(c))


def from_html(markup: str) -> str:
    """The words of cleaned HTML, one space between blocks."""
    spaced = _BLOCKS.sub(" ", markup)
    return single_spaced(html.unescape(_TAGS.sub("", spaced)))


def single_spaced(text: str) -> str:
    """What `" ".join(text.split())` gives, in a quarter of the time where spaces are ordinary ones: no word is made by itself."""
    plain = text.replace("\n", " ")
    while "  " in plain:
        plain = plain.replace("  ", " ")
    return (
        plain.strip() if plain.isprintable() else " ".join(text.split())
    )  # of all spaces only the ordinary one is printable


def shorten(text: str, length: int) -> str:
    """At most `length` characters, cut at a space where one is near, closed with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > length * 2 // 3 else cut).rstrip(" ,.·") + "…"


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


def _shows_nothing(c: str) -> bool:
    return c.isspace() or unicodedata.category(c) in ("Cf", "Cc", "Cs", "Zs")
