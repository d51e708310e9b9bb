"""Transactions of both databases, the write lock, the UTC type and the data version."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, insert, select, text
from sqlalchemy.exc import OperationalError, StatementError, TimeoutError

from database import (
    DataVersion,
    db,
    empty_wal,
    end_transaction,
    transactions,
    truncate_wal,
    visitors_transaction,
    write_intent,
)
from domain.counter.models import Visitor
from lib.sqlite.driver import sqlite3
from models import Paper, Post

TODAY = datetime(2026, 1, 1, tzinfo=UTC).date()


def as_request(app: Flask, act: Callable[[], Any], *, writes: bool = True) -> Any:
    """Return or raise what `act` does in a thread and session of its own, as another request would."""

    def run() -> Any:
        with app.app_context():
            token = write_intent.set(writes)
            try:
                return act()
            finally:
                write_intent.reset(token)
                db.session.remove()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.fixture
def short_timeout(app: Flask) -> Iterator[None]:
    """SQLite waits 10 ms for another connection's lock instead of 5 s."""

    def shorten(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=10")

    for engine in db.engines.values():
        engine.dispose()
        event.listen(engine, "connect", shorten)
    yield
    for engine in db.engines.values():
        event.remove(engine, "connect", shorten)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the write lock of a database, as another process would."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def tagline() -> str:
    return db.session.scalars(select(Paper.tagline)).one()


def set_tagline(value: str) -> None:
    db.session.execute(text("UPDATE papers SET tagline = :value"), {"value": value})
    db.session.commit()


def test_concurrent_writers_wait_and_no_update_is_lost(app, paper):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _number: as_request(app, lambda: set_tagline(tagline() + ".")), range(40)))
    db.session.rollback()
    assert tagline() == "." * 40


def test_a_failed_statement_leaves_no_lock(app, paper):
    def fail():
        with pytest.raises(OperationalError):
            db.session.execute(text("SELECT nonsense FROM papers"))
        db.session.rollback()

    as_request(app, fail)
    as_request(app, lambda: set_tagline("written"))
    assert tagline() == "written"


def test_a_reader_does_not_wait_for_a_writer(app, paper):
    set_tagline("before")
    with locked(app.config["SETTINGS"].news_file):
        assert as_request(app, tagline, writes=False) == "before"


def test_a_writer_gets_an_error_when_the_lock_is_held_too_long(app, paper, short_timeout):
    db.session.rollback()
    with locked(app.config["SETTINGS"].news_file), pytest.raises(OperationalError):
        as_request(app, tagline)
    assert as_request(app, tagline) == ""


def test_slow_work_after_end_transaction_holds_no_lock(app, paper):
    def hold_then_release():
        tagline()  # takes the write lock
        end_transaction()
        as_request(app, lambda: set_tagline("by another request"))

    as_request(app, hold_then_release)
    db.session.rollback()
    assert tagline() == "by another request"


def test_a_visitors_transaction_commits_all_or_nothing(app):
    add = insert(Visitor)

    def fail():
        with visitors_transaction() as connection:
            connection.execute(add, {"day": TODAY, "visitor": "a"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert db.session.scalars(select(Visitor.visitor)).all() == []
    db.session.rollback()
    with visitors_transaction() as connection:
        connection.execute(add, {"day": TODAY, "visitor": "a"})
    assert db.session.scalars(select(Visitor.visitor)).all() == ["a"]


def test_a_visitors_transaction_waits_for_other_threads_as_long_as_it_may(app):
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with visitors_transaction():
            entered.set()
            assert leave.wait(60)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(as_request, app, hold)
        assert entered.wait(60)
        with pytest.raises(TimeoutError), visitors_transaction(wait_ms=10):
            pass
        leave.set()
        other.result()
    with visitors_transaction(wait_ms=10):
        pass


def test_a_busy_visitors_database_is_an_error_and_the_next_transaction_works(app, short_timeout):
    with (
        locked(app.config["SETTINGS"].visitors_file),
        pytest.raises(OperationalError),
        visitors_transaction(),
    ):
        pass
    with visitors_transaction() as connection:
        connection.execute(insert(Visitor), {"day": TODAY, "visitor": "a"})


def test_what_is_deleted_with_truncate_wal_is_in_no_file(app):
    with visitors_transaction() as connection:
        connection.execute(insert(Visitor), {"day": TODAY, "visitor": "unmistakable"})
    with visitors_transaction() as connection:
        connection.execute(delete(Visitor))
        truncate_wal(connection)
    folder = app.config["SETTINGS"].data
    assert not [path for path in folder.glob("visitors.db*") if b"unmistakable" in path.read_bytes()]


def test_emptying_the_log_does_not_wait_long_for_a_reader(app, paper, monkeypatch):
    monkeypatch.setattr(transactions, "CHECKPOINTS", 1)
    db.session.remove()
    with closing(sqlite3.connect(app.config["SETTINGS"].news_file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM posts").fetchone()
        paper = db.session.get(Paper, 1)
        paper.name = "새이름신문"
        db.session.commit()
        assert not empty_wal()
        reader.execute("ROLLBACK")
        assert empty_wal()
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000


def test_moments_come_back_in_utc(app, make_post):
    seoul = timezone(timedelta(hours=9))
    post = make_post(published_at=datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=seoul))
    db.session.expire_all()
    assert post.published_at == datetime(2026, 11, 23, 3, 0, 0, 123456, tzinfo=UTC)
    assert post.published_at.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused(app):
    naive = datetime(2026, 11, 23)  # noqa: DTZ001
    with pytest.raises(StatementError, match="time zone"):
        db.session.scalars(select(Post).where(Post.published_at == naive)).all()


def test_the_data_version_changes_with_every_commit_by_whichever_connection(app, paper, monkeypatch):
    monkeypatch.setattr("database.transactions.SHARED_SECONDS", 0)
    file = app.config["SETTINGS"].news_file
    version = DataVersion(file)
    seen = [version()]
    for value in ("first", "second"):
        set_tagline(value)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        seen.append(version())
    other = sqlite3.connect(file)
    other.execute("UPDATE papers SET tagline = 'third'")
    assert version() == seen[-1]  # not committed yet
    other.commit()
    other.close()
    seen.append(version())
    assert len(set(seen)) == 4
    assert version() == seen[-1]


def test_the_data_version_is_shared_until_this_process_commits(app, paper, monkeypatch):
    monkeypatch.setattr("database.transactions.SHARED_SECONDS", 60)
    version = DataVersion(app.config["SETTINGS"].news_file)
    before = version()
    with ThreadPoolExecutor() as threads:
        with version.lock:
            assert version() == before  # without waiting
            set_tagline("committed here")
            waiting = threads.submit(version)
        assert waiting.result() != before


def test_the_data_version_stays_after_a_rollback_and_after_beats(app, paper):
    version = DataVersion(app.config["SETTINGS"].news_file)
    before = version()
    paper.tagline = "given up"
    db.session.flush()
    db.session.rollback()
    with visitors_transaction() as connection:
        connection.execute(insert(Visitor), {"day": TODAY, "visitor": "a"})
    assert version() == before


def test_the_data_version_of_a_file_that_cannot_be_read_is_none(tmp_path):
    assert DataVersion(tmp_path / "missing.db")() is None
    assert not (tmp_path / "missing.db").exists()
    broken = tmp_path / "broken.db"
    broken.write_text("no database " * 100)
    assert DataVersion(broken)() is None
