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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sora@Example.COM", "sora@example.com"),
        ("ｓｏｒａ@example.com", "sora@example.com"),
        ("so\u00adra@example.com", "sora@example.com"),
        ("sora+paper@example.com", "sora@example.com"),
        ("sora+a+b@example.com", "sora@example.com"),
        ("s.o.ra@gmail.com", "sora@gmail.com"),
        ("Sora+x@GoogleMail.com", "sora@gmail.com"),
        ("sora@hanmail.net", "sora@daum.net"),
        ("sora@한국.kr", "sora@xn--3e0b707e.kr"),
        ("sora@느티.한국", "SORA@xn--" + "느티".encode("punycode").decode() + ".XN--3E0B707E"),
        ("sora@bücher.example", "sora@XN--BCHER-KVA.example"),
        ("sora@example.com.", "sora@example.com"),
    ],
)
def test_spellings_of_one_mailbox_have_one_key(one, other):
    assert names.email_key(one) == names.email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s.ora@naver.com", "sora@naver.com"),
        ("sora@gmail.com", "sora@gmail.co"),
        ("+a@example.com", "+b@example.com"),
        ("sora@xn--a\ud800.kr", "sora@a.kr"),
        ("sora", "bada"),
        ("sora@한국.kr", "sora@한글.kr"),
    ],
)
def test_other_mailboxes_have_other_keys(one, other):
    assert names.email_key(one) != names.email_key(other)


@given(st.text())
def test_key_of_a_key_is_the_same_for_any_text(typed):
    key = names.email_key(typed)
    assert names.email_key(key) == names.email_key(names.email_key(key))


@given(st.text())
def test_no_text_raises_an_error(typed):
    for name in (names.username, names.nickname, names.email):
        assert name(typed) is None or name(typed)
