"""Numbers of lists as word processors write them."""

_HANGUL = "가나다라마바사아자차카타파하"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_STYLES = {
    "HANGUL_SYLLABLE": "hangul", "ganada": "hangul", "HANGUL_JAMO": "hangul",
    "CIRCLED_DIGIT": "circled", "decimalEnclosedCircle": "circled", "decimalEnclosedCircleChinese": "circled",
    "CIRCLED_HANGUL_SYLLABLE": "circled hangul",
    "LATIN_CAPITAL": "A", "upperLetter": "A", "LATIN_SMALL": "a", "lowerLetter": "a",
    "ROMAN_CAPITAL": "I", "upperRoman": "I", "ROMAN_SMALL": "i", "lowerRoman": "i",
}  # fmt: skip


def written(number: int, style: str) -> str:
    """A number from 1 in a style of HWPX or DOCX; in digits where the style ends or is another one."""
    kind = _STYLES.get(style, "")
    if kind == "hangul" and 1 <= number <= len(_HANGUL):
        return _HANGUL[number - 1]
    if kind == "circled" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if kind == "circled hangul" and 1 <= number <= len(_HANGUL):
        return chr(0x326E + number - 1)
    if kind in ("A", "a") and 1 <= number <= 26:
        return chr(ord(kind) + number - 1)
    if kind in ("I", "i") and 1 <= number < 4000:
        return _roman(number).upper() if kind == "I" else _roman(number)
    return str(number)


def _roman(number: int) -> str:
    found = ""
    for value, letters in _ROMAN:
        found += letters * (number // value)
        number %= value
    return found


class Counters:
    """The numbers that the items of a document's lists have reached, by list and level from 0."""

    def __init__(self) -> None:
        self._reached: dict[str, dict[int, int]] = {}

    def next(self, list_id: str, level: int, start: int) -> int:
        """Count an item. Deeper levels begin anew."""
        reached = self._reached.setdefault(list_id, {})
        for deeper in [each for each in reached if each > level]:
            del reached[deeper]
        reached[level] = reached.get(level, start - 1) + 1
        return reached[level]

    def at(self, list_id: str, level: int) -> int:
        """The number of the last item of a level; 1 if there was none."""
        return self._reached.get(list_id, {}).get(level, 1)
