"""Texts are compared by line, then by word, and a comparison ends soon whatever they hold."""

import time

import pytest

from lib.text import differences
from lib.text.differences import Change, compare


def sides(changes: list[Change]) -> tuple[str, str]:
    """Both texts again."""
    old = "".join(change.text for change in changes if change.kind != "new")
    return old, "".join(change.text for change in changes if change.kind != "old")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("", "새 글"),
        ("옛 글", ""),
        ("같은 글", "같은 글"),
        ("하나\n둘\n셋", "하나\n셋"),
        ("하나\n둘\n셋", "셋\n하나"),
        ("가 나 다", "가 라 다"),
        ("가" * 5000, "나" * 5000),
    ],
)
def test_both_texts_are_whole(old: str, new: str) -> None:
    assert sides(compare(old, new)) == (old, new)


def test_an_ending_changes_its_word() -> None:
    assert compare("시장은 오늘 말했다.", "시장이 오늘 말했다.") == [
        Change("old", "시장은 "),
        Change("new", "시장이 "),
        Change("same", "오늘 말했다."),
    ]


def test_a_huge_text_is_compared_soon() -> None:
    words = [f"낱말{number % 97}" for number in range(300_000)]
    old = "\n".join(" ".join(words[start : start + 300]) for start in range(0, len(words), 300))
    new = "\n".join(" ".join(reversed(line.split(" "))) for line in old.split("\n"))
    start = time.process_time()
    assert sides(compare(old, new)) == (old, new)
    assert time.process_time() - start < 2
    assert len(old.split("\n")) <= differences.MOST
