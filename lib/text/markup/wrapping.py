"""Joins lines that a mail program has wrapped: broken at one width wherever the next word did not fit."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise

from lib.text.markup.reader import Formats

Letter = tuple[str, Formats]
Line = list[Letter]
Measure = Callable[[str], int]

WIDEST = 160  # columns; longer lines were not wrapped
# Of the breaks in the middle of a sentence:
_LEAST_BREAKS = 2  # after full lines, where the next word did not fit
_FULL_SHARE, _LONG_SHARE = 0.5, 0.8  # after full lines, and after long ones too
_LONG = 0.7  # of the width: people, and programs that count otherwise, break a little earlier
# What begins a line of its own: bullets, numbers, notes.
_START = re.compile(
    "[\u2500-\u27bf\u2e80-\u2fdf•‣◦‧∙·ㆍ⁃※☞*>+\u2013-\u2015\u2460-\u24ff\u3200-\u32ff]|[-ㅇo] |"
    r"\(?(?:[0-9]{1,2}|[가-하]|[a-z])[.)]\s",
    re.ASCII,
)
_ENDS = tuple(".!?。…:;\"”'’)]】>」』》")
_SENTENCE = re.compile("[.!?。][\"”’')]?(?: |$)")


def unwrapped(passages: list[list[Line]]) -> list[list[Line]]:
    """Join the lines of a wrapped text; each line that ended by itself is then a passage of its own.

    :param passages: lines of letters, none of them empty; returned as they are unless the text is wrapped
    """
    texts = [["".join(letter for letter, _ in line) for line in passage] for passage in passages]
    measures: tuple[tuple[Measure, int], ...] = ((_columns, 40), (len, 24))
    for measure, least in measures:
        width = _width(texts, measure, least)
        if width and _is_wrapped(texts, measure, width):
            return [joined for passage in passages for joined in _joined(passage, measure, width)]
    return passages


def _columns(text: str) -> int:
    """The width in a font where a Korean character takes two columns."""
    if text.isascii():
        return len(text)
    return len(text) + sum(unicodedata.east_asian_width(c) in "WF" for c in text)


def _width(texts: list[list[str]], measure: Measure, least: int) -> int:
    """The width that the text would have been wrapped at; 0 if it is too small for that."""
    lines = (line for passage in texts for line in passage[:-1] if len(line) >= least // 2 and " " in line)
    width = max((found for found in map(measure, lines) if found <= WIDEST), default=0)
    return width if width >= least else 0


def _is_wrapped(texts: list[list[str]], measure: Measure, width: int) -> bool:
    sentences = [passage for passage in texts if any(map(_SENTENCE.search, passage))]
    breaks = [pair for passage in sentences for pair in _breaks(passage)]
    within = [pair for pair in breaks if not pair[0].endswith(_ENDS)]
    full = [pair for pair in within if _is_full(*pair, measure, width)]
    long = [pair for pair in within if _continues(*pair, measure, width)]
    return len(full) >= max(_LEAST_BREAKS, _FULL_SHARE * len(within)) and len(long) >= _LONG_SHARE * len(
        within
    )


def _breaks(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Lines and what follows them, except where something new begins."""
    return ((line, following) for line, following in pairwise(lines) if not _START.match(following))


def _is_full(line: str, following: str, measure: Measure, width: int) -> bool:
    """Whether the first word of the following line would not have fitted."""
    if len(line) > width:
        return False
    found = measure(line)
    return found <= width < found + 1 + measure(following.split(" ", 1)[0][: width + 1])


def _continues(line: str, following: str, measure: Measure, width: int) -> bool:
    """Whether the following line of a wrapped text belongs to the same paragraph."""
    is_long = len(line) <= width and _LONG * width <= measure(line) <= width and not line.endswith(_ENDS)
    return is_long or _is_full(line, following, measure, width)


def _joined(passage: list[Line], measure: Measure, width: int) -> Iterator[list[Line]]:
    """Each line of a passage, with the lines that continue it."""
    current, last = list(passage[0]), passage[0]
    for line in passage[1:]:
        texts = ["".join(letter for letter, _ in each) for each in (last, line)]
        if not _START.match(texts[1]) and _continues(texts[0], texts[1], measure, width):
            shared = tuple(one for one in last[-1][1] if one in line[0][1])
            current += [(" ", shared), *line]
        else:
            yield [current]
            current = list(line)
        last = line
    yield [current]
