"""Fold texts for comparing: what looks alike or means the same to a reader becomes the same characters.

Case, width and marks of Latin letters do not matter (Café, cafe), nor do invisible characters. Signs that
Unicode calls letters become the signs that they are typed for: ㆍ and a single ᆞ a dot, ʼ an apostrophe,
Hangul fillers a space. Syllables of old Hangul (ᄒᆞᆫ) stay.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

from lib.text import plain
from lib.text.invisible import LEADING, VOWELS, is_ignored

DOT = "·"
_ODD = re.compile(r"[^\x00-\x7f가-힣]")
_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")  # thousands separator: 1,500, but not 1,2호선
_SIGNS = (
    dict.fromkeys("\u0387\u1427\u16eb\u2022\u2027\u2219\u22c5\u2981\u2e31\u2e33\u30fb\uff65\u318d\ua78f", DOT)
    | dict.fromkeys((*map(chr, range(0x2B9, 0x2D2)), "\ua78c"), "'")  # modifier letters: donʼt
    | {"\u01c0": "|", "\u01c1": "|", "\u01c3": "!"}  # letters for clicks
    | dict.fromkeys("\u3164\uffa0", " ")
)
_MARK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_BEGINS_SYLLABLE = re.compile(f"[{LEADING}]")
_VOWEL = re.compile(f"[{VOWELS}]")
_OF_A_WORD = re.compile("[0-9A-Za-z가-힣]")
_DASHES = {"ㅡ": "-", "ㅣ": "|"}  # vowels, typed for a dash and a bar
_BY_NEIGHBOURS = "\u119e\u11a2\u115f\u1160" + "".join(_DASHES)


def fold(text: str) -> str:
    """Normalise for comparing. Also drops thousands separators. Takes time linear in the length."""
    return _COMMA.sub("", _ODD.sub(_folded, plain.tidy(text)).casefold())


def spans(text: str, searched: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return start and end of every match of a pattern in the folded text, as positions in the text itself.

    :param text: in NFC, as `plain.composed` returns it
    :param searched: must match whatever the case, and with thousands separators
    """
    parts, ends, shifts, sources = [], [], [0], []
    last = shift = 0
    for odd in _ODD.finditer(text):
        folded = _folded(odd)
        parts += (text[last : odd.start()], folded)
        last = odd.end()
        if len(folded) != 1:  # positions after this character differ
            shift += len(folded) - 1
            ends.append(last + shift)
            shifts.append(shift)
            sources.append(last)

    def source(position: int) -> int:
        number = bisect_right(ends, position)
        unshifted = position - shifts[number]
        return min(unshifted, sources[number]) if number < len(sources) else unshifted

    found = []
    for hit in searched.finditer("".join((*parts, text[last:]))):
        end = source(hit.end())
        found.append((min(source(hit.start()), end - 1), end))
    return found


def _folded(odd: re.Match[str]) -> str:
    character = odd[0]
    if character not in _BY_NEIGHBOURS:
        return _folded_alone(character)
    text, place = odd.string, odd.start()
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if character in _DASHES:
        is_sign = _OF_A_WORD.match(before) and _OF_A_WORD.match(after)
        return _DASHES[character] if is_sign else _folded_alone(character)
    if character == "\u115f":
        return "" if _VOWEL.match(after) else " "
    begun = _BEGINS_SYLLABLE.match(before)
    if character == "\u1160":
        return "" if begun else " "
    return character if begun else DOT


@lru_cache(maxsize=4096)
def _folded_alone(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    if is_ignored(character) or _MARK.match(character):
        return ""
    folded = unicodedata.normalize("NFKC", character).casefold()
    letters = unicodedata.normalize("NFKD", folded)
    if not "a" <= letters[0].translate(_STROKES)[0] <= "z":
        return folded
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_STROKES)
