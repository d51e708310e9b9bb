"""Excerpts of texts, in which the terms of a search are marked."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from lib.text import words

EXCERPT = 160  # characters
BEFORE = 36  # of them before the first match
CUT_WITHIN = 20  # characters over which an excerpt may be shortened or lengthened to end at a space


class Piece(NamedTuple):
    """A piece of text: a match, or the text between two."""

    text: str
    is_hit: bool = False


def excerpt(text: str, pattern: re.Pattern[str]) -> list[Piece]:
    """Return at most EXCERPT characters of a text, from shortly before its first match, cut at spaces."""
    spans = words.spans(text, pattern)
    first = max(0, (spans[0][0] if spans else 0) - BEFORE)
    if first:
        first = (text.find(" ", first, spans[0][0]) + 1) or first
    end = first + EXCERPT
    if end < len(text):
        end = max(text.rfind(" ", first + EXCERPT * 2 // 3, end), end - CUT_WITHIN)
    cut = text[first:end].strip()
    return [Piece("… ")] * (first > 0) + pieces(cut, pattern) + [Piece(" …")] * (end < len(text))


def pieces(text: str, pattern: re.Pattern[str]) -> list[Piece]:
    """Split a text into matches and the text between them."""
    edges = [0, *(edge for span in words.spans(text, pattern) for edge in span), len(text)]
    return [
        Piece(text[start:end], number % 2 == 1)
        for number, (start, end) in enumerate(pairwise(edges))
        if end > start
    ]


def first_matches(rows: Iterable[tuple[int, str]], pattern: re.Pattern[str]) -> dict[int, list[Piece]]:
    """Return for each id the excerpt of its first text that matches."""
    found: dict[int, list[Piece]] = {}
    for source_id, text in rows:
        if source_id not in found and words.spans(text, pattern):
            found[source_id] = excerpt(text, pattern)
    return found
