"""Views of articles, and first beats from many processes and threads at once."""

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
from domain.counter import beats, pages, visitors
from domain.counter.beats import Beat, BeatCounter
from domain.counter.identities import Browser
from domain.counter.models import PostDay, PostViews, Presence, Visitor
from models import now, today

PROCESSES, BROWSERS = 8, 25


def beat(number, wait_ms=5000, **fields):
    with database.visitors_transaction(wait_ms) as connection:
        BeatCounter(connection, "test", 10).count(Beat(Browser(number), **fields))


def test_views_of_articles(app):
    beat("number-1", post_id=1)
    beat("number-2", post_id=1)
    beat("number-2", post_id=2)
    assert [visitors.views(post_id) for post_id in (1, 2, 3)] == [2, 1, 0]


def test_most_read_of_the_last_days(app):
    day = today()
    for ago, post_id, views in ((0, 1, 2), (6, 2, 5), (6, 1, 1), (7, 3, 99)):
        db.session.add(PostDay(day=day - timedelta(days=ago), post_id=post_id, views=views))
    db.session.commit()
    assert visitors.most_read(7, 10) == [2, 1]
    assert visitors.most_read(8, 1) == [3]


def test_purge_keeps_today(app):
    day = today()
    beat("number-1")
    db.session.add(Visitor(day=day - timedelta(days=1), visitor="old"))
    db.session.add(Presence(visitor="old", path="/", seen_at=now() - timedelta(hours=1)))
    db.session.commit()
    with database.visitors_transaction() as connection:
        beats.purge(connection)
    assert list(db.session.scalars(select(Visitor.day))) == [day]
    assert db.session.scalar(select(func.count()).select_from(Presence)) == 1


@pytest.mark.parametrize(
    "path", ["/", "/posts/12", "/sections/local", "/visitors", "/pages/about", "/tips/new"]
)
def test_public_paths(path):
    assert pages.public_path(path) == path


def _beat_often(data, start, process):
    with create_app(data=data, secret_key="test", site_url="http://localhost").app_context():
        start.wait()
        for index in range(BROWSERS):
            beat(f"number-{index}", 20_000, post_id=1)
            beat(f"number-{process}-{index}", 20_000, post_id=1)


def test_first_beats_from_many_processes_at_once(app):
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(PROCESSES)
    data = app.config["SETTINGS"].data
    started = [
        context.Process(target=_beat_often, args=(data, start, process)) for process in range(PROCESSES)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    assert [process.exitcode for process in started] == [0] * PROCESSES
    expected = BROWSERS + PROCESSES * BROWSERS
    counts = visitors.counts(10)
    assert (counts.today, counts.peak, counts.total, counts.guests) == (expected,) * 4
    assert db.session.scalar(select(PostViews.views)) == expected


def test_threads_of_a_process_count_one_after_another(app):
    def send(number):
        with app.app_context():
            beat(f"number-{number}", 20_000, post_id=1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, [number for number in range(60) for _ in range(2)]))
    assert visitors.counts(10).today == db.session.scalar(select(PostViews.views)) == 60


def test_a_beat_that_waits_too_long_raises_and_leaves_the_lock_free(app):
    def send():
        with app.app_context():
            beat("number-2", 30)

    with ThreadPoolExecutor(1) as pool, database.visitors_transaction(), pytest.raises(TimeoutError):
        pool.submit(send).result()
    beat("number-2")
    assert visitors.counts(10).today == 1


def test_a_repeated_beat_deletes_expired_presences(app):
    with time_machine.travel(now(), tick=False) as clock:
        beat("number-1")
        clock.shift(timedelta(minutes=6))
        beat("number-2")
        clock.shift(timedelta(minutes=4))
        beat("number-2")
        assert db.session.scalar(select(func.count()).select_from(Presence)) == 1
