"""The plain text of HTML."""

import unicodedata
from time import process_time

import pytest

from lib.text import plain


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>양<b>주</b></p><p>시청</p>", "양주 시청"),
        (
            "<table><caption>표</caption><tbody><tr><th>이름</th><td>양주</td></tr>"
            "<tr><td>시청</td></tr></tbody></table>",
            "표 이름 양주 시청",
        ),
        (
            "<ul><li>가</li><li>나<br>다</li></ul><figure><figcaption>라</figcaption></figure>마",
            "가 나 다 라 마",
        ),
        ("<h2>앞</h2>뒤 &lt;b&gt; &amp;", "앞 뒤 <b> &"),
    ],
)
def test_blocks_are_separated_by_a_space(markup: str, words: str) -> None:
    assert plain.from_html(markup) == words


@pytest.mark.parametrize(
    ("spaced", "words"),
    [
        ("<p> 양주\n\n  시청 </p>\n<p>\t앞</p>", "양주 시청 앞"),
        ("가&nbsp;나\u3000다\u2028라", "가 나 다 라"),
        ("가\u200b  나", "가\u200b 나"),
        (" \n ", ""),
        ("", ""),
    ],
)
def test_spaces_collapse_to_one(spaced: str, words: str) -> None:
    assert plain.from_html(spaced) == words


def test_a_long_row_of_open_brackets_is_read_at_once() -> None:
    start = process_time()
    assert plain.from_html("<b>가</b> " + "<" * 300_000).startswith("가 <")
    assert plain.lines("<" * 300_000).startswith("<")
    assert process_time() - start < 1


def test_text_is_composed_after_control_characters_are_removed() -> None:
    assert plain.tidy("A\x1f\u0301") == "Á"


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0300" * 50_000 + "\u0316" * 50_000,
        "\u0301\u0316" * 50_000,
        "\u0f73" * 50_000,
        "가\u0345" * 50_000,
    ],
    ids=["sorted in", "alternating", "Tibetan", "one each"],
)
def test_text_of_combining_marks_is_tidied_in_linear_time(text: str) -> None:
    before = process_time()
    tidied = plain.tidy(text)
    assert process_time() - before < 1
    assert tidied.startswith(plain.tidy(text[:20])[:10])


@pytest.mark.parametrize("text", ["Ầ́", "ก็้", "क्षि", "한글", "e\u0301" * 40, "x" + "\u0301" * 30])
def test_ordinary_combining_marks_stay(text: str) -> None:
    assert plain.tidy(text) == unicodedata.normalize("NFC", text)
