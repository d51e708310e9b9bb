"""Own reports of a week."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from database import db
from domain.desk import origin_meter
from models import Paper, Post, Section

MONDAY = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)  # midnight in Seoul


def at(days: float) -> time_machine.travel:
    return time_machine.travel(MONDAY + timedelta(days=days), tick=False)


@pytest.mark.parametrize(
    ("own", "others", "share", "is_enough", "missing"),
    [
        (0, 0, 0, True, 0),
        (1, 0, 100, True, 0),
        (0, 1, 0, False, 1),
        (3, 7, 30, True, 0),
        (2, 5, 28, False, 1),
        (0, 10, 0, False, 5),
    ],
)
def test_share(
    make_post: Callable[..., Post], own: int, others: int, share: int, is_enough: bool, missing: int
) -> None:
    for number in range(own):
        make_post(origin="tip" if number else "own", published_at=MONDAY)
    for number in range(others):
        origin = ("release", "contribution", "syndicated")[number % 3]
        make_post(origin=origin, published_at=MONDAY + timedelta(hours=1))
    with at(1):
        meter = origin_meter.this_week()
    assert (meter.own, meter.all, meter.share) == (own, own + others, share)
    assert (meter.is_enough, meter.missing, meter.days_left) == (is_enough, missing, 6)


def test_what_does_not_count(make_post: Callable[..., Post], paper: Paper) -> None:
    shop = db.session.scalars(select(Section).where(Section.slug == "food")).one()
    make_post(section=shop, published_at=MONDAY)
    make_post(section=shop, is_unpaid=True, published_at=MONDAY)
    make_post(origin="advertisement", published_at=MONDAY)
    make_post(published_at=MONDAY - timedelta(seconds=1))
    make_post(published_at=None)
    make_post(published_at=MONDAY, deleted_at=MONDAY)
    make_post(published_at=MONDAY + timedelta(days=6))  # to come
    make_post(published_at=MONDAY + timedelta(days=7))  # next week
    with at(3.9):
        meter = origin_meter.this_week()
    assert (meter.own, meter.all, meter.scheduled_own, meter.scheduled) == (0, 0, 1, 1)
    assert not meter.is_nothing_new  # Thursday evening


@pytest.mark.parametrize(("day", "left"), [(4, 3), (6.9, 1)])
def test_nothing_new_from_friday(make_post: Callable[..., Post], day: float, left: int) -> None:
    make_post(published_at=MONDAY - timedelta(days=1))
    with at(day):
        meter = origin_meter.this_week()
        assert (meter.is_nothing_new, meter.days_left) == (True, left)
        make_post(origin="release", published_at=MONDAY + timedelta(days=day))
        assert not origin_meter.this_week().is_nothing_new
