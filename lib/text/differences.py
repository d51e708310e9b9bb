"""What changed between two texts, by word: as readers of Korean see it, an ending changes its whole word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MOST = 1000  # lines or words on each side that are compared; of longer passages all is old or new
WORDS_IN_ALL = 5000  # of one comparison, on both sides together
_WORDS = re.compile(r"\S+[^\S\n]*|\n")

Kind = Literal["same", "old", "new"]


@dataclass(frozen=True)
class Change:
    """A passage that both texts have, or only the old, or only the new one."""

    kind: Kind
    text: str


def compare(old: str, new: str) -> list[Change]:
    """Return the passages of both texts in order: first by line, then by word where lines differ."""
    found: list[Change] = []
    budget = WORDS_IN_ALL
    for before, after in passages(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if before == after:
            found.append(Change("same", "".join(before)))
            continue
        words = _WORDS.findall("".join(before)), _WORDS.findall("".join(after))
        budget -= sum(map(len, words))
        pairs = passages(*words) if budget >= 0 else [(before, after)]
        found += [change for pair in pairs for change in _changes(*pair)]
    return found


def passages(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Yield pairs of passages, of lines or words, that are equal or have nothing in common."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    if start:
        yield old[:start], new[:start]
    middle = old[start : len(old) - end], new[start : len(new) - end]
    if max(map(len, middle)) > MOST or not all(middle):
        yield middle
    else:
        for _kind, i, j, k, m in SequenceMatcher(None, *middle).get_opcodes():
            yield middle[0][i:j], middle[1][k:m]
    if end:
        yield old[len(old) - end :], new[len(new) - end :]


def _changes(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    if before == after:
        return [Change("same", "".join(before))]
    both: tuple[tuple[Kind, Sequence[str]], ...] = (("old", before), ("new", after))
    return [Change(kind, "".join(parts)) for kind, parts in both if parts]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many parts at the beginning are equal."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((number for number, pair in pairs if pair[0] != pair[1]), min(len(old), len(new)))
