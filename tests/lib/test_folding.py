"""Folding makes what means the same the same; positions lead back to the text as it is written."""

import re
import unicodedata

import hostile_texts
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lib.text import folding, names, plain, words

ODD = "가ᄒᆞᆫㆍᆞㅡ·A1éÉe\u0301㎞½ﬁ\u200b\u00ad\u3164\u1160\u115f,0. ß漢か\u3099Ω"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("초ㆍ중ᆞ고", "초·중·고"), ("그래요ᆢᆢ", "그래요··"), ("ᄒᆞᆫ글", "ᄒᆞᆫ글"),
        ("서울ㅡ양주ㅣ의정부", "서울-양주|의정부"),
        ("ㅠㅡㅠ", "\u1172\u1173\u1172"), ("느티\u200b천", "느티천"), ("느티\u3164천", "느티 천"),
        ("ᄀ\u1160", "ᄀ"),
        ("Café", "cafe"), ("Cafe\u0301", "cafe"), ("ŁÓDŹ", "lodz"), ("10㎞", "10km"),
        ("25℃", "25°c"), ("1,500원", "1500원"),
        ("й", "й"), ("が", "が"), ("か\u3099", "が"), ("donʼt", "don't"), ("１０ＫＭ", "10km"),
    ],
)  # fmt: skip
def test_folded(text: str, folded: str) -> None:
    assert folding.fold(text) == folded


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("km", "10㎞ 밖", ["㎞"]),
        ("m", "10㎞ 밖", ["㎞"]),
        ("fi", "ﬁn", ["ﬁ"]),
        ("1", "½", ["½"]),
        ("느티천", "느\u200b\u200b티천 앞", ["느\u200b\u200b티천"]),
        ("cafe", "x\u0301 Café", ["Café"]),
        ("b", "\u200ba\u200bb\u200bc", ["b\u200b"]),
        ("strasse", "die Straße.", ["Straße"]),
        ("없음", "초ㆍ중", []),
    ],
)
def test_a_match_is_found_in_the_text_as_it_is_written(pattern: str, text: str, found: list[str]) -> None:
    spans = folding.spans(text, re.compile(pattern, re.IGNORECASE))
    assert [text[start:end] for start, end in spans] == found


@settings(deadline=None)
@given(st.text(alphabet=ODD, max_size=40), st.text(alphabet=ODD, max_size=6))
def test_matches_are_in_order_and_hold_what_was_searched_for(text: str, query: str) -> None:
    text = plain.composed(text)
    last = 0
    for start, end in folding.spans(text, words.pattern(words.terms(query))):
        assert last <= start < end <= len(text)
        last = start


@settings(deadline=None)
@example("0\u200bㅡ0")
@example("か\xad\u3099")
@given(st.text(alphabet=ODD))
def test_folded_text_stays_as_it_is(text: str) -> None:
    assert words.tokens(plain.tidy(text)) == words.tokens(text)
    key = names.tag_key(text)
    assert names.tag_key(unicodedata.normalize("NFD", text)) == key


@pytest.mark.parametrize(
    "piece",
    [
        "\u0301\u0316", "ﾞ\u0301", "\u0f73", "가\u3099\u0301", "ᆞㆍ", "1,000", "🏴\U000e0067", "👩\u200d",
        hostile_texts.WORST,
    ],
)  # fmt: skip
def test_a_megabyte_of_anything_is_dealt_with(piece: str) -> None:
    """Quadratic time would be minutes for each of these."""
    text = (piece * 300_000)[:300_000]
    plain.tidy(text)
    plain.key(text)
    names.tag_key(text)
    folding.spans(plain.composed(text), words.pattern(words.terms(text[:100])))
    words.tokens(text)
