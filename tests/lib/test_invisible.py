"""Invisible characters are dropped, except where they belong to what is seen."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.text import invisible, plain

FORMATS = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) == "Cf"]
IGNORABLE = [
    *"\u034f\u17b4\u17b5\u2065",
    *map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), 0xE0FFF]),
]
EMOJI = ["👨‍👩‍👧‍👦", "❤️", "☎︎", "1️⃣", "🇰🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏽‍💻", "🏳️‍🌈", "🏴‍☠️", "🤷🏻‍♀️", "🧑‍🤝‍🧑"]


def test_every_format_character_and_every_ignorable_one_is_dropped() -> None:
    kept = [hex(ord(c)) for c in [*FORMATS, *IGNORABLE] if plain.tidy(f"가{c}나") != "가나"]
    assert kept == []


@pytest.mark.parametrize("filler", invisible.FILLERS)
def test_a_filler_is_a_space(filler: str) -> None:
    assert plain.tidy(f"가{filler}나") == "가 나"
    assert plain.line(f"{filler}가{filler}") == "가"


@pytest.mark.parametrize(
    "text",
    [*EMOJI, "".join(EMOJI), "葛\U000e0100飾", "می\u200cخواهم", "क्\u200dष", "ᄒᆞᆫ", "ᄀ\u1160", "\u115fᅡ"],
)
def test_what_belongs_to_a_sign_that_is_seen_stays(text: str) -> None:
    assert plain.tidy(f"글{text}글") == f"글{text}글"


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("👩\u200d", "👩"), ("\u200d👩", "👩"), ("가\ufe0f", "가"), ("❤\ufe0f\ufe0f", "❤\ufe0f"), 
        ("5\ufe0f명", "5명"),
        ("🏴\U000e0067", "🏴"), ("👩\u200d가", "👩가"), ("가\ufe0f\u200d👩", "가👩"), 
        ("👩\u200b\u200d👩", "👩👩"),
    ],
)  # fmt: skip
def test_parts_of_emoji_alone_are_dropped(typed: str, tidied: str) -> None:
    assert plain.tidy(typed) == tidied


@settings(deadline=None)
@given(
    st.text(alphabet=[*"가 👩❤🏴1#葛ᄒᆞ\n\u0301\u20e3\u3164\u1160\u115f", *FORMATS[-9:], *IGNORABLE, "\u200d"])
)
def test_tidied_text_stays_as_it_is(text: str) -> None:
    assert plain.tidy(plain.tidy(text)) == plain.tidy(text)
