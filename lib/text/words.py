"""Tokenizer for Korean: overlapping pairs of syllables, for a full-text index that matches whole tokens.

The word 양주시청 becomes the tokens ·양 양주 주시 시청 청. Two syllables of a query are one token, more are a
phrase of pairs, one is the prefix of a token; the first token marks the start of a word. Latin words and
numbers stay whole; what follows a number is a word of its own, so that 10km and 10 km, 5명 and 5 명 have the
same tokens. A loose query for 양주시청 also finds 양주 시청.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, pairwise

from lib.text.folding import DOT, fold

START = DOT  # before a word's first syllable; neither letter nor digit, so no query can contain it
LONGEST = 64  # characters of a Latin word or a number that are indexed
CUTS = 12  # ways to cut a word that a loose query tries
_SYLLABLES = "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
_IS_SYLLABLES = re.compile(rf"[{_SYLLABLES}]")
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(rf"[{_SYLLABLES}]+|\d+|[^{_SYLLABLES}\d]+\d*")
_QUOTE = re.compile(r"[\"“”„‟«»「」『』＂]")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_LATIN = rf"[^\W_{_SYLLABLES}]"
_LETTER = rf"[^\W\d_{_SYLLABLES}]"


@dataclass(frozen=True)
class Run:
    """Syllables, a number, or a Latin word, which may end with digits; `starts`: a word begins with it."""

    text: str
    starts: bool

    @property
    def is_syllables(self) -> bool:
        return bool(_IS_SYLLABLES.match(self.text))


@dataclass(frozen=True)
class Term:
    """A word of a query, or a phrase in quotation marks."""

    runs: tuple[Run, ...]
    quoted: bool = False


def tokens(text: str) -> str:
    """Return the tokens of a text, separated by spaces, for the index."""
    return " ".join(_tokens(text))


def terms(query: str) -> list[Term]:
    """Return the terms of a query, all of which must match. Empty if it has neither letter nor digit."""
    found = []
    for quoted, word in _TERM.findall(fold(_QUOTE.sub('"', query))):
        term = Term(tuple(_runs(quoted or word)), quoted=bool(quoted))
        if term.runs and term not in found:
            found.append(term)
    return found


def match(query_terms: list[Term], *, starts: bool = False, loose: bool = False) -> str:
    """Return the FTS5 expression of these terms. Nothing of a query but letters and digits gets into it.

    :param starts: every term must be at the start of a word
    :param loose: a word also matches its parts, written side by side
    """
    phrase = _loose_phrase if loose else _phrase
    return " AND ".join(phrase(term, starts=starts) for term in query_terms)


def pattern(query_terms: list[Term], *, loose: bool = False) -> re.Pattern[str]:
    """Return a pattern for these terms, the longest first, for the folded text: see `folding.spans`."""
    parts = sorted((_expression(term, loose=loose) for term in query_terms), key=len, reverse=True)
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def _runs(folded: str) -> Iterator[Run]:
    for word in _WORD.findall(folded):
        for before, run in pairwise(("", *_RUN.findall(word))):
            starts = not before or before[-1].isdecimal()
            yield Run(run if _IS_SYLLABLES.match(run) else run[:LONGEST], starts)


def _pairs(syllables: str) -> list[str]:
    return [syllables[first : first + 2] for first in range(len(syllables) - 1)]


def _tokens(text: str) -> Iterator[str]:
    for run in _runs(fold(text)):
        if not run.is_syllables:
            yield run.text
            continue
        if run.starts:
            yield START + run.text[0]
        yield from _pairs(run.text)
        yield run.text[-1]


def _phrase(term: Term, *, starts: bool) -> str:
    """Return the term's tokens as a phrase. Inner word boundaries count; the last word may be a prefix."""
    parts: list[str] = []
    is_prefix = False
    for number, run in enumerate(term.runs):
        is_last = number == len(term.runs) - 1
        if not run.is_syllables:
            parts.append(run.text)
            is_prefix = is_last and not term.quoted
            continue
        begins = run.starts and (number > 0 or starts)
        parts += [START + run.text[0]] * begins + _pairs(run.text)
        if not is_last:
            parts.append(run.text[-1])
        elif len(run.text) == 1 and not begins:
            parts.append(run.text)
            is_prefix = True
    return f'"{" ".join(parts)}"' + "*" * is_prefix


def _loose_phrase(term: Term, *, starts: bool) -> str:
    """Return the term's phrase, or its parts near one another."""
    ways = [_phrase(term, starts=starts), *_apart(term, starts=starts)]
    return f"({' OR '.join(ways)})" if len(ways) > 1 else ways[0]


def _apart(term: Term, *, starts: bool) -> Iterator[str]:
    """Yield expressions for a word written as two or three. Quoted terms are not cut.

    Only pairs within the parts are matched: they are rare, while tokens of word boundaries are everywhere.
    """
    if term.quoted:
        return
    first, *others = term.runs
    if others:
        spaced = Term(tuple(Run(run.text, starts=True) for run in term.runs))
        yield from [_phrase(spaced, starts=starts)] if spaced != term else []
        last = others[-1].text if others[-1].is_syllables else ""
        for cut in range(1, min(len(last), CUTS)):  # 1500만원 as 1500만 원
            parts = (Run(last[:cut], starts=True), Run(last[cut:], starts=True))
            yield _phrase(Term((*spaced.runs[:-1], *parts)), starts=starts)
    elif first.is_syllables:
        for parts in islice(_cuts(first.text), CUTS):
            phrases = [" ".join(_pairs(part)) for part in parts]
            boundaries = 2 * (len(parts) - 1)  # tokens: the end of a word, the start of the next
            distance = sum(len(part) - 1 for part in parts[1:-1]) + boundaries
            start = f"{START}{first.text[0]} " if starts else ""
            yield f"""NEAR("{start}{'" "'.join(phrases)}", {distance})"""


def _cuts(word: str) -> Iterator[tuple[str, ...]]:
    """Yield a word cut in two, 양주시청 as 양주 시청; then in three. No part has only one syllable."""
    cuts = range(2, len(word) - 1)
    yield from ((word[:cut], word[cut:]) for cut in cuts)
    yield from (
        (word[:first], word[first:second], word[second:])
        for first, second in combinations(cuts, 2)
        if second - first > 1
    )


def _expression(term: Term, *, loose: bool) -> str:
    loose = loose and not term.quoted
    written = r"[\W_]*".join(map(_loose_run if loose else _run, term.runs))
    first, last = term.runs[0], term.runs[-1]
    is_whole = term.quoted and not last.is_syllables
    outside = _LATIN if first.text[0].isdecimal() else _LETTER  # a word may begin after a number
    before = "" if first.is_syllables else f"(?<!{outside})"
    outside = r"\d" if last.text[-1].isdecimal() else _LATIN
    after = f"(?!{outside})" if is_whole else ""
    cuts = _cuts(first.text) if loose and len(term.runs) == 1 else ()
    parts = {part for cut in cuts for part in cut}
    return "|".join([before + written + after, *sorted(parts, key=len, reverse=True)])


def _run(run: Run) -> str:
    return ",?".join(map(re.escape, run.text)) if run.text.isdigit() else re.escape(run.text)


def _loose_run(run: Run) -> str:
    return r"[\W_]*".join(map(re.escape, run.text)) if run.is_syllables else _run(run)
