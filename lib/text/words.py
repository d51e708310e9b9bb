"""Korean words cut so that they can be found: overlapping pairs of syllables, for an index that knows only whole tokens.

A word 양주시청 becomes the tokens ·양 양주 주시 시청 청. Two syllables of a query are one token, more are a phrase of pairs, one is
the beginning of a token; the first token says where a word begins. Latin words and numbers stay whole. A loose query finds
양주 시청 for 양주시청, too.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice

START = "·"  # before a word's first syllable; no letter or digit, so nobody's query can hold it
LONGEST = 64  # characters of a Latin word or a number that are told apart
CUTS = 12  # ways to cut a word that are looked for
_SYLLABLES = "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
_IS_SYLLABLES = re.compile(rf"[{_SYLLABLES}]")
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(rf"[{_SYLLABLES}]+|[^{_SYLLABLES}]+")
_ODD = re.compile(r"[^\x00-\x7f가-힣]")
_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")  # of 1,500; those of 1,2호선 tell numbers apart
_QUOTE = re.compile(r"[\"“”„‟«»「」『』＂]")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_LATIN = rf"[^\W_{_SYLLABLES}]"


@dataclass(frozen=True)
class Run:
    """Syllables, or a Latin word or number; `starts` where a word begins with it."""

    text: str
    starts: bool

    @property
    def is_syllables(self) -> bool:
        return bool(_IS_SYLLABLES.match(self.text))


@dataclass(frozen=True)
class Term:
    """What has to stand somewhere as it is: a word of a query, or what was put in quotes."""

    runs: tuple[Run, ...]
    quoted: bool = False


def fold(text: str) -> str:
    """Text as it is compared: NFC, each character's NFKC, case folded, without the commas in numbers."""
    odd = unicodedata.normalize("NFC", text)
    return _COMMA.sub("", _ODD.sub(_plain_character, odd).casefold())


def tokens(text: str) -> str:
    """The tokens of a text, a space between: what an index takes."""
    return " ".join(_tokens(text))


def terms(query: str) -> list[Term]:
    """What a query asks for, every one of which must be found. Empty where it has neither letter nor digit."""
    found = []
    for quoted, word in _TERM.findall(fold(_QUOTE.sub('"', query))):
        term = Term(tuple(_runs(quoted or word)), quoted=bool(quoted))
        if term.runs and term not in found:
            found.append(term)
    return found


def match(asked: list[Term], *, starts: bool = False, loose: bool = False) -> str:
    """The FTS5 expression of these terms. It holds letters, digits and our own marks only.

    :param starts: only where every term stands at the start of a word
    :param loose: also where a word is written in several, its parts side by side
    """
    return " AND ".join(
        _loose_phrase(term, starts=starts) if loose else _phrase(term, starts=starts) for term in asked
    )


def pattern(asked: list[Term], *, loose: bool = False) -> re.Pattern[str]:
    """What finds these terms in folded text, the longest first; in most text as it is, too."""
    parts = sorted((_expression(term, loose=loose) for term in asked), key=len, reverse=True)
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def spans(text: str, wanted: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where a text (NFC) holds what is wanted: beginnings and ends, in characters."""
    found = [hit.span() for hit in wanted.finditer(text)]
    if found or not _ODD.search(text):
        return found
    places = [place for place, character in enumerate(text) for _ in _folded(character)]
    folded = "".join(_folded(character) for character in text)
    return [(places[hit.start()], places[hit.end() - 1] + 1) for hit in wanted.finditer(folded)]


def _plain_character(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0])


def _folded(character: str) -> str:
    return unicodedata.normalize("NFKC", character).casefold()


def _runs(folded: str) -> Iterator[Run]:
    for word in _WORD.findall(folded):
        for place, run in enumerate(_RUN.findall(word)):
            yield Run(run if _IS_SYLLABLES.match(run) else run[:LONGEST], starts=place == 0)


def _pairs(syllables: str) -> list[str]:
    return [syllables[place : place + 2] for place in range(len(syllables) - 1)]


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
    """Its tokens side by side. Within, beginnings and ends of words are known; its last word may go on."""
    found: list[str] = []
    goes_on = False
    for place, run in enumerate(term.runs):
        is_last = place == len(term.runs) - 1
        if not run.is_syllables:
            found.append(run.text)
            goes_on = is_last and not term.quoted
            continue
        begins = run.starts and (place > 0 or starts)
        found += [START + run.text[0]] * begins + _pairs(run.text)
        if not is_last:
            found.append(run.text[-1])
        elif len(run.text) == 1 and not begins:
            found.append(run.text)
            goes_on = True
    return f'"{" ".join(found)}"' + "*" * goes_on


def _loose_phrase(term: Term, *, starts: bool) -> str:
    """Its phrase, or its parts near one another."""
    ways = [_phrase(term, starts=starts), *_apart(term, starts=starts)]
    return f"({' OR '.join(ways)})" if len(ways) > 1 else ways[0]


def _apart(term: Term, *, starts: bool) -> Iterator[str]:
    """A word as it may be written in two or three. What stands in quotes is meant as it is.

    Only the pairs within the parts are asked for: they are rare, while beginnings and ends of words are everywhere.
    """
    if term.quoted:
        return
    begin, *others = term.runs
    if others:
        spaced = Term(tuple(Run(run.text, starts=True) for run in term.runs))
        yield from [_phrase(spaced, starts=starts)] if spaced != term else []
    elif begin.is_syllables:
        for parts in islice(_cuts(begin.text), CUTS):
            phrases = [" ".join(_pairs(part)) for part in parts]
            between = sum(len(part) - 1 for part in parts[1:-1]) + 2 * (
                len(parts) - 1
            )  # 2: the end of a word, the beginning of another
            first = f"{START}{begin.text[0]} " if starts else ""
            yield f"""NEAR("{first}{'" "'.join(phrases)}", {between})"""


def _cuts(word: str) -> Iterator[tuple[str, ...]]:
    """A word cut in two, 양주시청 into 양주 시청; then in three. No part is a single syllable: such are everywhere."""
    places = range(2, len(word) - 1)
    yield from ((word[:place], word[place:]) for place in places)
    yield from (
        (word[:first], word[first:second], word[second:])
        for first, second in combinations(places, 2)
        if second - first > 1
    )


def _expression(term: Term, *, loose: bool) -> str:
    loose = loose and not term.quoted
    written = r"[\W_]*".join(map(_loose_run if loose else _run, term.runs))
    before = "" if term.runs[0].is_syllables else rf"(?<!{_LATIN})"
    after = rf"(?!{_LATIN})" if term.quoted and not term.runs[-1].is_syllables else ""
    parts = (
        [part for cut in _cuts(term.runs[0].text) for part in cut] if loose and len(term.runs) == 1 else []
    )
    return "|".join([before + written + after, *sorted(set(parts), key=len, reverse=True)])


def _run(run: Run) -> str:
    return ",?".join(map(re.escape, run.text)) if run.text.isdigit() else re.escape(run.text)


def _loose_run(run: Run) -> str:
    return r"[\W_]*".join(map(re.escape, run.text)) if run.is_syllables else _run(run)
