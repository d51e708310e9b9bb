"""Find the words of a list in a text as a Korean reader sees them, however they are spelled to hide them.

시.발, 시1발, ｓｉ, 시<zero-width>발 and ㅅㅣ발 are found. A word written apart is found where its parts are
words of their own (시 발), not where they end and begin others (다시 발표).
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from lib.text import plain

LONGEST = 40  # characters of a word
SHORTEST = 2
_LONE = {chr(0x1100 + index): letter for index, letter in enumerate("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")}
_LONE |= {chr(0x1161 + index): chr(0x314F + index) for index in range(21)}
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_LONE |= {chr(0x11A8 + index): letter for index, letter in enumerate(_FINALS)}
_LETTER = re.compile("[ㄱ-ㅣ]")
_HANGUL = re.compile("[가-힣ㄱ-ㅣ]+")


def key(word: str) -> str:
    """What a word is compared by; empty if it has fewer than SHORTEST letters or digits."""
    squeezed = _key(word)
    return squeezed if len(squeezed) >= SHORTEST else ""


def first(words: Iterable[str], text: str) -> str:
    """The first of these words that the text contains, as it stands in the list; empty if there is none.

    Takes time linear in the length of the text for each word.
    """
    whole = _Squeezed(text, hangul_only=False)
    hangul = _Squeezed(text, hangul_only=True)
    for word in words:
        if squeezed := key(word):
            places = hangul if _HANGUL.fullmatch(squeezed) else whole
            if places.has(squeezed):
                return word
    return ""


class _Squeezed:
    """The letters of a text without what stands between them, and where its words begin and end."""

    def __init__(self, text: str, *, hangul_only: bool):
        tokens = [_key(token) for token in text.split()]
        if hangul_only:
            tokens = ["".join(_HANGUL.findall(token)) for token in tokens]
        self.text = "".join(tokens)
        self.begins: list[int] = [0]
        for token in filter(None, tokens):
            self.begins.append(self.begins[-1] + len(token))

    def has(self, word: str) -> bool:
        return any(self._is_seen(start, start + len(word)) for start in _places(word, self.text)) or (
            bool(_LETTER.search(self.text) and not _LETTER.fullmatch(word[0]) and self._has_apart(word))
        )

    @cached_property
    def _apart(self) -> tuple[str, list[int]]:
        return _apart(self.text)

    def _has_apart(self, word: str) -> bool:
        """Whether the word is spelled with letters that stand alone: ㅅㅣ발, 시바ㄹ."""
        apart, ends = self._apart
        for start in _places(letters := _apart(word)[0], apart):
            first, last = bisect_left(ends, start), bisect_left(ends, start + len(letters))
            is_whole = ends[first] == start and ends[last] == start + len(letters)
            if is_whole and _LETTER.search(self.text[first:last]) and self._is_seen(first, last):
                return True
        return False

    def _is_seen(self, start: int, end: int) -> bool:
        """Whether this stretch lies in one word, or is made of whole words; ㅋㅋ belongs to none."""
        inner = self._next_begin(start + 1)
        if inner is None or inner >= end:
            return True
        is_begin = self._is_edge(start) or bool(_LETTER.match(self.text, start - 1))
        return is_begin and (self._is_edge(end) or bool(_LETTER.match(self.text, end)))

    def _is_edge(self, place: int) -> bool:
        return self._next_begin(place) == place

    def _next_begin(self, place: int) -> int | None:
        """Where the next word begins, or the last one ends, at this place or after it."""
        number = bisect_left(self.begins, place)
        return self.begins[number] if number < len(self.begins) else None


def _places(word: str, text: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def _apart(text: str) -> tuple[str, list[int]]:
    """A text as single letters (ㅅㅣㅂㅏㄹ), and how many stand before each character and at the end."""
    ends, letters = [0], []
    for character in text:
        parts = [_LONE.get(part, part) for part in unicodedata.normalize("NFD", character)]
        letters += parts
        ends.append(ends[-1] + len(parts))
    return "".join(letters), ends


@lru_cache(maxsize=2048)
def _key(token: str) -> str:
    """Fold a token, and leave only its letters and digits, Hangul letters in their compatibility form."""
    folded = (_LONE.get(character, character) for character in plain.key(token))
    return "".join(character for character in folded if character.isalnum())
