"""Days in an address."""

from datetime import date

import pytest

from lib.text.dates import day_of


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("2026-02", date(2026, 2, 1)),
        ("2026", date(2026, 1, 1)),
        ("2026-02-30", None),
        ("1800-01-01", None),
        ("9999-01-01", None),
        ("2026-1-1-1", date(2026, 1, 1)),
        ("２０２６", None),
        ("-1", None),
        ("", None),
        ("x" * 1000, None),
    ],
)
def test_day_of(text, day):
    assert day_of(text, 1990, 2200) == day
