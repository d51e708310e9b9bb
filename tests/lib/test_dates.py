"""Days in an address, and moments as pages show them."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from lib.text.dates import Clock, day_of, zone


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


@pytest.mark.parametrize(
    ("moment", "after", "shown"),
    [
        (datetime(2026, 11, 30, 3, 41, tzinfo=UTC), None, "11.30 12:41"),
        (datetime(2025, 12, 31, 15, 0, tzinfo=UTC), None, "01.01 00:00"),
        (datetime(2025, 12, 31, 14, 59, tzinfo=UTC), None, "2025.12.31 23:59"),
        (datetime(2026, 11, 30, 4, 5, tzinfo=UTC), datetime(2026, 11, 30, 3, 41, tzinfo=UTC), "13:05"),
        (datetime(2026, 11, 30, 15, 5, tzinfo=UTC), datetime(2026, 11, 30, 3, 41, tzinfo=UTC), "12.01 00:05"),
    ],
)
@time_machine.travel(datetime(2026, 11, 30, 5, tzinfo=UTC), tick=False)
def test_short_moments(moment, after, shown):
    assert Clock(zone("Asia/Seoul")).short_moment(moment, after) == shown
