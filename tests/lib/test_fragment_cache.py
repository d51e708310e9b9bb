"""Fragments are rendered once, and again when their version has changed or they have expired."""

import pytest
import time_machine

from lib.web.fragment_cache import FragmentCache


def render(calls: list[str]) -> int:
    calls.append("rendered")
    return len(calls)


def test_value_is_rendered_once_for_each_version() -> None:
    cache, calls = FragmentCache(), []
    assert [cache.get("menu", 1, lambda: render(calls)) for _ in range(3)] == [1, 1, 1]
    assert cache.get("menu", 2, lambda: render(calls)) == 2
    assert cache.get("footer", 2, lambda: render(calls)) == 3
    assert cache.get("menu", 2, lambda: render(calls)) == 2


def test_an_empty_value_is_cached_too() -> None:
    cache, calls = FragmentCache(), []
    assert [cache.get("menu", 1, lambda: calls.append("rendered") or "") for _ in range(2)] == ["", ""]
    assert calls == ["rendered"]


def test_entries_expire_even_if_their_version_is_current() -> None:
    cache, calls = FragmentCache(seconds=10), []
    with time_machine.travel(0, tick=False) as clock:
        cache.get("menu", 1, lambda: render(calls))
        clock.shift(9.9)
        assert cache.get("menu", 1, lambda: render(calls)) == 1
        clock.shift(0.2)
        assert cache.get("menu", 1, lambda: render(calls)) == 2
        clock.shift(-60)  # the system clock was set back
        assert cache.get("menu", 1, lambda: render(calls)) == 3


def test_a_timeless_value_is_valid_as_long_as_its_version() -> None:
    cache, calls = FragmentCache(seconds=10), []
    with time_machine.travel(0, tick=False) as clock:
        cache.get("menu", 1, lambda: render(calls), timeless=True)
        clock.shift(3600)
        assert cache.get("menu", 1, lambda: render(calls), timeless=True) == 1
    assert cache.get("menu", 2, lambda: render(calls), timeless=True) == 2


def test_number_of_entries_is_limited() -> None:
    cache = FragmentCache(most=3)
    for number in range(20):
        cache.get(number, 1, lambda: "x")
        assert len(cache.entries) <= 3


def test_oldest_entry_is_evicted_first() -> None:
    cache, calls = FragmentCache(most=3), []
    for name in ("menu", "footer", "menu", "head", "side"):  # the second "menu" is a hit
        cache.get(name, 1, lambda: render(calls))
    assert set(cache.entries) == {"footer", "head", "side"}
    cache.get("footer", 2, lambda: render(calls))  # rendered again: now the newest
    cache.get("menu", 1, lambda: render(calls))
    assert set(cache.entries) == {"footer", "side", "menu"}


def test_failure_is_not_cached() -> None:
    cache = FragmentCache()

    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cache.get("menu", 1, fail)
    assert cache.get("menu", 1, lambda: "there") == "there"
