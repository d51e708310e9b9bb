"""FragmentCache are made once, and anew when what they are made from has changed, or too much time has passed."""

import time_machine

from lib.web.fragment_cache import FragmentCache


def made(calls):
    calls.append("made")
    return len(calls)


def test_made_once_as_long_as_nothing_changes():
    parts, calls = FragmentCache(), []
    assert [parts.get("menu", 1, lambda: made(calls)) for _ in range(3)] == [1, 1, 1]
    assert parts.get("menu", 2, lambda: made(calls)) == 2
    assert parts.get("foot", 2, lambda: made(calls)) == 3
    assert parts.get("menu", 2, lambda: made(calls)) == 2


def test_has_tells_what_would_be_found():
    parts = FragmentCache()
    assert not parts.has("menu", 1)
    parts.get("menu", 1, lambda: "")  # an empty part is one too
    assert parts.has("menu", 1)
    assert not parts.has("menu", 2)


def test_old_ones_are_made_anew_whatever_they_were_made_from():
    parts, calls = FragmentCache(seconds=10), []
    with time_machine.travel(0, tick=False) as clock:
        parts.get("menu", 1, lambda: made(calls))
        clock.shift(9.9)
        assert parts.get("menu", 1, lambda: made(calls)) == 1
        clock.shift(0.2)
        assert parts.get("menu", 1, lambda: made(calls)) == 2
        clock.shift(-60)  # a clock put back
        assert parts.get("menu", 1, lambda: made(calls)) == 3


def test_there_are_never_more_than_so_many():
    parts = FragmentCache(most=3)
    for number in range(20):
        parts.get(number, 1, lambda: "x")
        assert len(parts.kept) <= 3


def test_the_one_made_longest_ago_goes_first():
    parts, calls = FragmentCache(most=3), []
    for name in ("menu", "foot", "menu", "head", "side"):  # the menu is there the second time
        parts.get(name, 1, lambda: made(calls))
    assert set(parts.kept) == {"foot", "head", "side"}
    parts.get("foot", 2, lambda: made(calls))  # made anew: now it is the youngest
    parts.get("menu", 1, lambda: made(calls))
    assert set(parts.kept) == {"foot", "side", "menu"}


def test_what_fails_is_not_kept():
    parts, calls = FragmentCache(), []

    def fail():
        raise OSError

    try:
        parts.get("menu", 1, fail)
    except OSError:
        calls.append("failed")
    assert calls == ["failed"]
    assert parts.get("menu", 1, lambda: "there") == "there"
