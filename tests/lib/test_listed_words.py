"""Words of a list are found however they are spelled to hide them, and not where they are none."""

import time

import pytest

from lib.text import listed_words

WORDS = ("시발", "바보", "ㅅㅂ", "sex", "병신")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("시발", "시발"),
        ("야이 시발놈아", "시발"),
        ("시 발", "시발"),
        ("시.발", "시발"),
        ("시1발", "시발"),
        ("시\u200b발 시\u00ad발", "시발"),
        ("ㅤ시ㅤ발", "시발"),
        ("\u1109\u1175\u1107\u1161\u11af", "시발"),
        ("ㅅㅣㅂㅏㄹ", "시발"),
        ("ㅅㅣ발", "시발"),
        ("시바ㄹ", "시발"),
        ("병 신ㅋㅋ", "병신"),
        ("바@보야", "바보"),
        ("ㅅ ㅂ 진짜", "ㅅㅂ"),
        ("ｓｅｘ", "sex"),
        ("S-E-X", "sex"),
        ("다시 발표했다", ""),
        ("역시 발전", ""),
        ("시 발표에 따르면", ""),
        ("시바라", ""),
        ("햇빛", ""),
        ("나바본", ""),
        ("ㅋㅋㅋ 다시 발표", ""),
        ("", ""),
    ],
)
def test_words_in_a_text(text: str, found: str) -> None:
    assert listed_words.first(WORDS, text) == found


def test_a_word_of_one_letter_or_of_signs_finds_nothing() -> None:
    assert [listed_words.key(word) for word in ("개", "!!", "", "개 놈")] == ["", "", "", "개놈"]
    assert listed_words.first(("개", "!!"), "개 !!") == ""


@pytest.mark.parametrize("text", ["가나ㅋ 다라 " * 430, "ㅅㅣㅂㅏ " * 600, "다시 발표 " * 600, "ㄱ" * 3000])
def test_five_hundred_words_in_the_longest_comment_are_cheap(text: str) -> None:
    many = [f"시바ㄹ{number}가" for number in range(250)] + [f"시발{number}" for number in range(250)]
    started = time.process_time()
    listed_words.first(many, text)
    assert time.process_time() - started < 1
