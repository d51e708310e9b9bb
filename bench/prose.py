"""Invented Korean text with the statistics of a newspaper: Zipf's proportions, particles, endings.

Each word form carries its tokens of lib/text/words.py: the tokens of a text are those of its words in a row.
"""

import math
import random
import tomllib
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from lib.text import words

VOCABULARY = 60_000  # nouns
URN = 1 << 21  # word forms in an urn, each as many times as it is frequent; rarer ones are left out
# Zipf and Mandelbrot: the n-th word is as frequent as (n + FLATTER) ** -EXPONENT.
EXPONENT, FLATTER = 1.07, 2.7
_INSIDE = URN - 1
NAMES, PLACES = 3000, 400
WORDS = {
    name: text.split()
    for name, text in tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8")).items()
}
SYLLABLES, FAMILY, GIVEN = ("".join(WORDS[name]) for name in ("syllables", "family_names", "given_names"))
PARTICLES = (  # after a vowel, after a consonant, how often
    ("", "", 30), ("를", "을", 13), ("가", "이", 11), ("는", "은", 10), ("의", "의", 8), ("에", "에", 8),
    ("에서", "에서", 5), ("로", "으로", 4), ("와", "과", 4), ("도", "도", 3),
    ("들이", "들이", 1), ("까지", "까지", 1), ("부터", "부터", 1), ("에게", "에게", 1), ("만", "만", 1),
    ("보다", "보다", 0.5), ("라며", "이라며", 0.5), ("처럼", "처럼", 0.4),
)  # fmt: skip


class Form(NamedTuple):
    """A written word and its tokens."""

    text: str
    tokens: str

    @classmethod
    def of(cls, text: str) -> "Form":
        return cls(text, words.tokens(text))


class Prose:
    """The words of an archive, in urns to draw from. The same seed gives the same words."""

    def __init__(self, seed: int):
        dice = random.Random(f"prose {seed}")
        self.people = sorted(
            {dice.choice(FAMILY) + dice.choice(GIVEN) + dice.choice(GIVEN) for _ in range(NAMES)}
        )
        dice.shuffle(self.people)
        self.nouns = _nouns(dice, self.people)
        self.urn = _urn(dice, self.nouns)
        self.closers = _closers(self.nouns, WORDS["endings"])
        self.polite = _closers(self.nouns, WORDS["polite"], share=0.3)
        self.every = "\n".join({form.text for form in chain(self.urn, self.closers, self.polite)})

    def unused(self, dice: random.Random, syllables: int) -> str:
        """A new word of so many syllables that is part of no other word."""
        while (word := _word(dice, syllables)) in self.every:
            pass
        return word

    def draw(self, dice: random.Random, count: int) -> list[Form]:
        urn = self.urn
        return [urn[number & _INSIDE] for number in array("I", dice.randbytes(4 * count))]


def number(dice: random.Random) -> Form:
    """An amount, a month or a percentage."""
    kind = dice.random()
    if kind < 0.4:
        return Form.of(f"{int(10 ** dice.uniform(0, 5)) + 1:,}{dice.choice('명개곳건원')}")
    if kind < 0.6:
        return Form.of(f"{int(10 ** dice.uniform(0, 4)) + 1:,}만 원".replace(" ", ""))
    if kind < 0.8:
        return Form.of(f"{dice.randint(1, 12)}월")
    return Form.of(f"{dice.randint(1, 99)}.{dice.randint(0, 9)}%")


def joined(forms: Iterable[Form]) -> Form:
    """Words in a row, as one text."""
    texts, tokens = zip(*forms, strict=True)
    return Form(" ".join(texts), " ".join(tokens))


def _word(dice: random.Random, syllables: int) -> str:
    return "".join(dice.choices(SYLLABLES, cum_weights=_SYLLABLE_WEIGHTS, k=syllables))


def _weights(count: int) -> list[float]:
    return [(rank + FLATTER) ** -EXPONENT for rank in range(1, count + 1)]


_SYLLABLE_WEIGHTS = [
    math.log((rank + 25) / 25) for rank in range(1, len(SYLLABLES) + 1)
]  # cumulative: the n-th weighs about 1 / (n + 25)


def _nouns(dice: random.Random, people: Sequence[str]) -> list[str]:
    """All nouns, the most frequent first: real ones, then invented ones mixed with names and Latin words."""
    places = [_word(dice, dice.choice((1, 2, 2, 2))) + dice.choice("동읍면리산천로골") for _ in range(PLACES)]
    invented = [_word(dice, dice.choices((2, 3, 4), weights=(62, 26, 12))[0]) for _ in range(VOCABULARY)]
    between = places + list(people) + WORDS["latin"]
    dice.shuffle(between)
    for word in between:
        invented.insert(int(dice.triangular(0, len(invented), 200)), word)
    return list(dict.fromkeys(WORDS["nouns"] + invented))[:VOCABULARY]


def _urn(dice: random.Random, nouns: Sequence[str]) -> list[Form]:
    """Nouns with particles, and words without: one of six."""
    found: list[Form] = []
    for stems, share, particles in ((WORDS["plain"], 1 / 6, PARTICLES[:1]), (nouns, 5 / 6, PARTICLES)):
        weights = _weights(len(stems))
        scale = URN * share / sum(weights)
        for word, weight in zip(stems, weights, strict=True):
            for form, count in _inflected(dice, word, weight * scale, particles):
                found += [Form.of(form)] * count
    found += dice.sample(found, max(0, URN - len(found)))  # rounding left some free
    return found[:URN]


def _inflected(
    dice: random.Random, word: str, amount: float, particles: Sequence[tuple[str, str, float]]
) -> Iterable[tuple[str, int]]:
    """The forms of a word and how often each is in the urn, rounded by chance."""
    total = sum(share for _vowel, _consonant, share in particles)
    closed = _is_closed(word)
    for open_, closed_, share in particles:
        count = amount * share / total
        if rounded := int(count) + (dice.random() < count % 1):
            yield word + (closed_ if closed else open_), rounded


def _is_closed(word: str) -> bool:
    """Whether the last syllable ends in a consonant."""
    last = ord(word[-1])
    return 0xAC00 <= last <= 0xD7A3 and (last - 0xAC00) % 28 != 0


def _closers(nouns: Sequence[str], endings: Sequence[str], share: float = 0.5) -> list[Form]:
    """An urn of words that end a sentence: endings, and nouns with the ending of a verb."""
    made = [(f"{ending}.", weight) for ending, weight in zip(endings, _weights(len(endings)), strict=True)]
    total = sum(weight for _word, weight in made)
    verbs = [noun + verb for noun in nouns[20:1500] for verb in ("했다.", "됐다.")]
    weights = _weights(len(verbs))
    made += [
        (word, weight * total * share / sum(weights)) for word, weight in zip(verbs, weights, strict=True)
    ]
    scale = 40_000 / sum(weight for _word, weight in made)
    return [form for word, weight in made for form in [Form.of(word)] * max(1, int(weight * scale))]
