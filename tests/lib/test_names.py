"""Names as they are kept, or refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.text import names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sora_1", "sora_1"),
        ("ｓｏｒａ", "sora"),
        ("so\u200bra", "sora"),
        ("so", None),
        ("s" * 21, None),
        ("소라소라", None),
        ("so-ra", None),
    ],
)
def test_usernames(typed, kept):
    assert names.username(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("느티나무", "느티나무"),
        (unicodedata.normalize("NFD", "느티나무"), "느티나무"),
        ("  느티   나무 ", "느티 나무"),
        ("느티\u3164나무", "느티나무"),
        ("ＡＢＣ", "ABC"),
        ("ㅋㅋ", "ㅋㅋ"),
        ("аlice", None),  # a Cyrillic а
        ("느", None),
        ("가" * 13, None),
        ("..", None),
        ("<b>", None),
        ("\u115f\u1160", None),
    ],
)
def test_nicknames(typed, kept):
    assert names.nickname(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sora@Example.COM", "Sora@example.com"),
        ("sora＠example.com", "sora@example.com"),
        ("sora", None),
        ("@", None),
        ("a" * 300 + "@example.com", None),
    ],
)
def test_addresses(typed, kept):
    assert names.email(typed) == kept


@given(st.text())
def test_nothing_typed_is_an_error(typed):
    for name in (names.username, names.nickname, names.email):
        assert name(typed) is None or name(typed)
