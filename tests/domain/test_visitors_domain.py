"""Sums of articles, and first beats from many processes and threads at once."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import TimeoutError

import database
from app import create_app
from database import db
from domain.counter import visitors
from domain.counter.models import PostDay, PostViews, Presence, Visitor
from domain.counter.visitors import Browser
from models import now

KEYED = {"secret": "test", "window_minutes": 10}
PROCESSES, BROWSERS = 8, 25


def beat(number, wait_ms=5000, **said):
    with database.visitors_transaction(wait_ms) as connection:
        visitors.beat(connection, Browser(number), **KEYED, **said)


def test_views_of_articles(app):
    beat("number-1", post_id=1)
    beat("number-2", post_id=1)
    beat("number-2", post_id=2)
    assert visitors.views_of([2, 1, 3]) == {1: 2, 2: 1, 3: 0}
    assert visitors.views_of([]) == {}


def test_most_read_of_the_last_days(app):
    day = visitors.today()
    for ago, post_id, views in ((0, 1, 2), (6, 2, 5), (6, 1, 1), (7, 3, 99)):
        db.session.add(PostDay(day=day - timedelta(days=ago), post_id=post_id, views=views))
    db.session.commit()
    assert visitors.most_read(7, 10) == [2, 1]
    assert visitors.most_read(8, 1) == [3]


def test_purge_keeps_today(app):
    day = visitors.today()
    beat("number-1")
    db.session.add(Visitor(day=day - timedelta(days=1), visitor="old"))
    db.session.add(Presence(visitor="old", path="/", seen_at=now() - timedelta(hours=1)))
    db.session.commit()
    with database.visitors_transaction() as connection:
        visitors.purge(connection)
    assert list(db.session.scalars(select(Visitor.day))) == [day]
    assert db.session.scalar(select(func.count()).select_from(Presence)) == 1


@pytest.mark.parametrize(
    "path", ["/", "/posts/12", "/sections/local", "/visitors", "/pages/about", "/tips/new"]
)
def test_places_everybody_may_know_of(path):
    assert visitors.place(path) == path


def _come(data, start, seen):
    with create_app(data=data, secret_key="test", site_url="http://localhost").app_context():
        start.wait()
        for index in range(BROWSERS):
            beat(f"number-{index}", 20_000, post_id=1)
            beat(f"address-of-{seen}-{index}", 20_000, post_id=1)


def test_first_beats_from_many_processes_at_once(app):
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(PROCESSES)
    data = app.config["SETTINGS"].data
    processes = [context.Process(target=_come, args=(data, start, seen)) for seen in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    expected = BROWSERS + PROCESSES * BROWSERS
    counts = visitors.counts(10)
    assert (counts.today, counts.peak, counts.total, counts.guests) == (expected,) * 4
    assert db.session.scalar(select(PostViews.views)) == expected


def test_threads_of_a_process_take_turns(app):
    def come(number):
        with app.app_context():
            beat(f"number-{number}", 20_000, post_id=1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(come, [number for number in range(60) for _ in range(2)]))
    assert visitors.counts(10).today == db.session.scalar(select(PostViews.views)) == 60


def test_a_beat_that_waits_too_long_gives_up_and_holds_up_nobody(app):
    def come():
        with app.app_context():
            beat("number-2", 30)

    with ThreadPoolExecutor(1) as pool, database.visitors_transaction(), pytest.raises(TimeoutError):
        pool.submit(come).result()
    beat("number-2")
    assert visitors.counts(10).today == 1


def test_a_beat_like_the_last_one_still_throws_away_who_has_gone(app):
    with time_machine.travel(now(), tick=False) as clock:
        beat("number-1")
        clock.shift(timedelta(minutes=6))
        beat("number-2")
        clock.shift(timedelta(minutes=4))
        beat("number-2")
        assert db.session.scalar(select(func.count()).select_from(Presence)) == 1
