"""Pages of a list, as addresses name them."""

from datetime import UTC, date, datetime

import pytest

from lib.web import paging


@pytest.mark.parametrize("year", [1950, 1969, 1970, 2026, 2200])
def test_a_key_survives_the_round_trip_through_an_address(year):
    key = paging.Key(datetime(year, 11, 23, 0, 12, 3, 456789, UTC), 77)
    assert paging.read({"before": str(key)}) == paging.PageRequest(before=key)


def test_the_default_is_the_first_page():
    assert paging.read({"utm_source": "band"}) == paging.PageRequest()
    assert paging.read({"page": "1"}) == paging.PageRequest()


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"}, {"page": "11"}, {"page": "-1"}, {"page": "９"}, {"page": "x"}, {"page": ""},
        {"page": "9" * 5000}, {"before": "1"}, {"before": "1-0"}, {"before": "99999999999999999999-1"},
        {"before": "-9999999999999999999-1"}, {"before": "--1-1"}, {"before": "1--1"},
        {"before": "-1"}, {"before": "-"},
        {"before": "9999999999999999999-1"}, {"after": f"1-{2**63}"}, {"after": "١-١"}, {"oldest": "2"},
        {"before": "1-1", "after": "1-1"}, {"page": "2", "month": "2026-11"}, {"month": "2026-13"},
        {"month": "2026-1"}, {"month": "0000-01"}, {"month": "9999-12"}, {"month": "２０２６-01"},
        {"month": "\0"},
    ],
)  # fmt: skip
def test_invalid_pages_are_refused(query):
    assert paging.read(query) is None


def test_months_are_grouped_by_year_latest_first():
    assert paging.months(date(2025, 12, 5), date(2026, 2, 1)) == [
        (2026, [date(2026, 2, 1), date(2026, 1, 1)]),
        (2025, [date(2025, 12, 1)]),
    ]
