"""Slugs: short names for addresses, of lower-case letters, digits, hyphens and underscores."""

import re
import unicodedata

LONGEST = 40  # characters
_SHAPE = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
# The sounds of a Hangul syllable in the Revised Romanization, each on its own: nothing is assimilated.
_INITIALS = "g kk n d tt r m b pp s ss - j jj ch k t p h".split()  # noqa: SIM905
_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()  # noqa: SIM905
_FINALS = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()  # noqa: SIM905
_FIRST_SYLLABLE, _SYLLABLES = ord("가"), len(_INITIALS) * len(_VOWELS) * len(_FINALS)


def is_slug(text: str) -> bool:
    return len(text) <= LONGEST and bool(_SHAPE.fullmatch(text))


def romanized(name: str) -> str:
    """A slug for a name, Hangul written in Latin letters: “시의회” is “siuihoe”. Empty if nothing is left."""
    latin = "".join(_latin(letter) for letter in unicodedata.normalize("NFKC", name).casefold())
    return re.sub(r"[^a-z0-9]+", "-", latin)[:LONGEST].strip("-")


def _latin(letter: str) -> str:
    number = ord(letter) - _FIRST_SYLLABLE
    if not 0 <= number < _SYLLABLES:
        return letter
    number, final = divmod(number, len(_FINALS))
    initial, vowel = divmod(number, len(_VOWELS))
    return "".join((_INITIALS[initial], _VOWELS[vowel], _FINALS[final])).replace("-", "")
