"""Invisible characters: which ones are dropped from a text, and which ones belong to what is seen.

Dropped are format characters (category Cf) and Default_Ignorable_Code_Point of Unicode: zero-width spaces,
soft hyphens, byte order marks, bidirectional controls … They stay inside of emoji (families, hearts, keycaps,
flags of regions), after Chinese characters whose shape they choose, and between the letters that they join.
"""

import re

# Hangul fillers are seen as a space, but their category is that of a letter.
FILLERS = "\u115f\u1160\u3164\uffa0"
BLANKS = FILLERS + "\u2800"  # and the braille blank: letters and signs without a shape
_IGNORED = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_EMOJI = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff][\ufe0e\ufe0f]?"
)
_CHINESE = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_JOINING = "[\u0620-\u06d5\u06ee-\u06ff\u0900-\u109f\u1780-\u17b3\u17b6-\u17d3]"  # Arabic, scripts of India …
LEADING = "\u1100-\u115e\ua960-\ua97c"  # consonants that begin a syllable of conjoining letters
VOWELS = "\u1161-\u11a7\ud7b0-\ud7c6"
_SEEN = "|".join(
    (
        "[#*0-9]\ufe0f\u20e3",
        "\U0001f3f4[\U000e0020-\U000e007e]{1,10}\U000e007f",
        f"{_EMOJI}(?:\u200d{_EMOJI})*",
        f"{_CHINESE}[\ufe00-\ufe02\U000e0100-\U000e01ef]",
        f"(?<={_JOINING})[\u200c\u200d](?={_JOINING})",
        f"[{LEADING}]\u1160",
        f"\u115f[{VOWELS}]",
    )
)
_MAY_BE_INVISIBLE = re.compile(f"[{FILLERS}{_IGNORED}]")
_INVISIBLE = re.compile(f"(?P<seen>{_SEEN})|(?P<filler>[{FILLERS}])|[{_IGNORED}]+")


def drop(text: str) -> str:
    """Drop invisible characters. A Hangul filler that belongs to no syllable becomes a space."""
    if not _MAY_BE_INVISIBLE.search(text):
        return text
    return _INVISIBLE.sub(lambda found: found["seen"] or " " * bool(found["filler"]), text)


def is_ignored(character: str) -> bool:
    """Whether a character is invisible wherever it stands; a filler is not."""
    return bool(_MAY_BE_INVISIBLE.match(character)) and character not in FILLERS
