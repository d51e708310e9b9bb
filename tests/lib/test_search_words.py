"""The tokenizer makes every part of a text findable and takes queries literally."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.sqlite.driver import sqlite3
from lib.text import folding, words


def finds(query: str, text: str, *, starts: bool = False, loose: bool = False) -> bool:
    """Whether a full-text search of SQLite finds the text."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(body, tokenize='ascii', prefix='1')")
    connection.execute("INSERT INTO t (body) VALUES (?)", (words.tokens(text),))
    terms, count = words.terms(query), 0
    if terms:
        match = words.match(terms, starts=starts, loose=loose)
        count = connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (match,)).fetchone()[0]
    connection.close()
    return count > 0


def marked(query: str, text: str, *, loose: bool = False) -> list[str]:
    return [
        text[start:end] for start, end in folding.spans(text, words.pattern(words.terms(query), loose=loose))
    ]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("양주시청", "·양 양주 주시 시청 청"),
        ("쌀", "·쌀 쌀"),
        ("LH가 2026년", "lh 가 2026 ·년 년"),
        ("1,500명", "1500 ·명 명"),
        ("10km", "10 km"),
        ("KF94", "kf94"),
        ("<b>·—!", "b"),
        ("", ""),
    ],
)
def test_tokens(text: str, tokens: str) -> None:
    assert words.tokens(text) == tokens


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("양주", "남양주시청", True),
        ("청", "양주시청", True),
        ("양", "고양", True),
        ("쌀", "햅쌀", True),
        ("주시청", "양주시청에서", True),
        ("양주시", "양주 시청", False),
        ("양주 시청", "시청은 양주에", True),
        ("양주 시청", "시청은 고양에", False),
        ('"마을 사람"', "우리 마을 사람들", True),
        ('"마을 사람"', "사람과 마을", False),
        ('"마을 사람"', "마을의 사람", False),
        ("‘마을’", "마을", True),
        ("seo", "SEOUL", True),
        ("eoul", "SEOUL", False),
        ('"seo"', "SEOUL", False),
        ("LH", "LH가", True),
        ("2026년", "2026년도", True),
        ("1500", "1,500명", True),
        ("1,500", "1500명", True),
        ("코로나19", "코로나19 백신", True),
        ("3.1절", "제107주년 3.1절", True),
        ("2호선", "1,2호선 개통", True),
        ("12호선", "1,2호선 개통", False),
        ("1234567", "1,234,567원", True),
        ("KTX역", "KTX역에서", True),
        ("e-mail", "E-Mail 주소", True),
        ("동두천·양주", "동두천·양주·의정부", True),
        ("ＡＢＣ", "abc", True),
        ("한자 漢字", "漢字와 한자", True),
        ("ㅋㅋ", "ㅋㅋㅋ", True),
        (unicodedata.normalize("NFD", "양주시청"), "양주시청", True),
        ("양주시청", unicodedata.normalize("NFD", "양주시청"), True),
        ('양주" OR "시청', "양주", False),
        ("양주*", "양주", True),
        ("NOT 양주", "양주", False),
        ("body:양주", "body 양주", True),
    ],
)
def test_matches(query: str, text: str, found: bool) -> None:
    assert finds(query, text) is found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [("양주", "양주시", True), ("양주", "남양주", False), ("양", "양주", True), ("양", "고양", False)],
)
def test_matches_at_the_start_of_words(query: str, text: str, found: bool) -> None:
    assert finds(query, text, starts=True) is found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("양주시청", "양주시청", True),
        ("양주시청", "남양주 시청에서", True),
        ("양주시청", "시청은 양주에", False),
        ("양주시청앞", "양주 시청앞에", True),
        ("양주시청사거리", "양주 시청 사거리", True),
        ("중고등학교", "중·고등학교", False),  # no part has only one syllable
        ("고등학교", "고등-학교", True),
        ("KTX역", "KTX 역에서", True),
        ("3.1절", "3.1 절", True),
        ('"양주시청"', "양주 시청", False),
        ("양주시청 느티천길", "느티천길은 양주 시청 뒤", True),
        ("다음", "했다. 음악", False),
    ],
)
def test_loose_matches_of_parts_written_apart(query: str, text: str, found: bool) -> None:
    assert finds(query, text, loose=True) is found
    assert bool(marked(query, text, loose=True)) or not found


def test_loose_matches_at_the_start_of_words() -> None:
    assert finds("양주시청", "양주 시청", starts=True, loose=True)
    assert not finds("양주시청", "남양주 시청", starts=True, loose=True)


@pytest.mark.parametrize("query", ["", " ", '"', '""', '"*():', "^-+~{}", "·", "\u200b", "'", "…"])
def test_queries_without_letters_and_digits_have_no_terms(query: str) -> None:
    assert words.terms(query) == []


@pytest.mark.parametrize(
    ("query", "text", "hits"),
    [
        ("양주", "남양주와 양주", ["양주", "양주"]),
        ("1500", "모두 1,500명", ["1,500"]),
        ("abc", "ＡＢＣ", ["ＡＢＣ"]),
        ("seo", "SEOUL museo", ["SEO"]),
        ('"마을 사람"', "마을  사람, 마을", ["마을  사람"]),
        ("시 시청", "시청", ["시청"]),
        ("a.c", "abc a.c", ["a.c"]),
    ],
)
def test_marked_matches(query: str, text: str, hits: list[str]) -> None:
    assert marked(query, text) == hits


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_query_is_a_syntax_error(query: str, text: str) -> None:
    query, text = (
        unicodedata.normalize("NFC", part.encode("utf-8", "replace").decode()) for part in (query, text)
    )
    for loose in (False, True):
        finds(query, text, loose=loose)
        folding.spans(text, words.pattern(words.terms(query), loose=loose))


@given(
    st.text(alphabet="가나다라 ", min_size=1, max_size=30),
    st.text(alphabet="가나다라", min_size=1, max_size=4),
)
def test_syllables_match_exactly_the_texts_that_contain_them(text: str, query: str) -> None:
    assert finds(query, text) == (query in text)
    assert bool(marked(query, text)) == (query in text)
