"""Names are normalised or refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.text import names


@pytest.mark.parametrize(
    ("typed", "expected"),
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
def test_usernames(typed, expected):
    assert names.username(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
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
def test_nicknames(typed, expected):
    assert names.nickname(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Sora@Example.COM", "Sora@example.com"),
        ("sora＠example.com", "sora@example.com"),
        ("sora", None),
        ("@", None),
        ("a" * 300 + "@example.com", None),
    ],
)
def test_email_addresses(typed, expected):
    assert names.email(typed) == expected


@given(st.text())
def test_no_text_raises_an_error(typed):
    for name in (names.username, names.nickname, names.email):
        assert name(typed) is None or name(typed)
