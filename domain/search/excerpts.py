"""Excerpts of texts, in which the terms of a search are marked."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from lib.text import folding, plain

EXCERPT = 160  # characters
BEFORE = 36  # of them before the first match
CUT_WITHIN = 20  # characters over which an excerpt may be shortened or lengthened to end at a space


class Piece(NamedTuple):
    """A piece of text: a match, or the text between two."""

    text: str
    is_hit: bool = False


def excerpt(text: str, pattern: re.Pattern[str]) -> list[Piece]:
    """Return at most EXCERPT characters of a text, from shortly before its first match, cut at spaces."""
    text = plain.composed(text)
    spans = folding.spans(text, pattern)
    first = max(0, (spans[0][0] if spans else 0) - BEFORE)
    if first:
        first = (text.find(" ", first, spans[0][0]) + 1) or first
    end = first + EXCERPT
    if end < len(text):
        end = max(text.rfind(" ", first + EXCERPT * 2 // 3, end), end - CUT_WITHIN)
    found = _split(text, spans, first, min(end, len(text)))
    return [Piece("… ")] * (first > 0) + found + [Piece(" …")] * (end < len(text))


def pieces(text: str, pattern: re.Pattern[str]) -> list[Piece]:
    """Split a text into matches and the text between them."""
    text = plain.composed(text)
    return _split(text, folding.spans(text, pattern), 0, len(text))


def match(text: str, pattern: re.Pattern[str]) -> list[Piece]:
    """Return an excerpt with the first match of a text; [] if it has none."""
    found = excerpt(text, pattern)
    return found if any(piece.is_hit for piece in found) else []


def first_matches(rows: Iterable[tuple[int, str]], pattern: re.Pattern[str]) -> dict[int, list[Piece]]:
    """Return for each id the excerpt of its first text that matches."""
    found: dict[int, list[Piece]] = {}
    for source_id, text in rows:
        if source_id not in found and (matched := match(text, pattern)):
            found[source_id] = matched
    return found


def _split(text: str, spans: list[tuple[int, int]], first: int, end: int) -> list[Piece]:
    """Split the part of a text from `first` to `end`; a match that is cut off is marked as far as it goes."""
    inner = (min(max(edge, first), end) for span in spans for edge in span)
    return [
        Piece(text[start:stop], number % 2 == 1)
        for number, (start, stop) in enumerate(pairwise([first, *inner, end]))
        if stop > start
    ]
