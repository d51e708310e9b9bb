"""Turns at writing, and statements that are compiled once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, event, select, text
from sqlalchemy.exc import OperationalError

from database import Statement, UTCDateTime, db, quick_transaction, sqlite3, write_first
from models import Member, Paper, Post, Presence


@pytest.fixture
def writing():
    token = write_first.set(True)
    yield
    write_first.reset(token)


def in_a_thread(app, act):
    """What `act` gives or raises, asked as another request would ask."""

    def asked():
        with app.app_context():
            token = write_first.set(True)
            try:
                return act()
            finally:
                write_first.reset(token)
                db.session.remove()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asked).result()


def test_writers_of_a_process_take_turns_and_none_is_lost(app, paper):
    met = []

    def add(number):
        def act():
            name = db.session.scalars(select(Paper.tagline)).one()
            met.append(threading.get_ident())
            db.session.execute(text("UPDATE papers SET tagline = :name"), {"name": name + "."})
            db.session.commit()

        in_a_thread(app, act)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    db.session.rollback()
    assert db.session.scalars(select(Paper.tagline)).one() == "." * 40
    assert len(met) == 40


def test_a_turn_ends_with_a_mistake_too(app, paper, writing):
    with pytest.raises(OperationalError):
        db.session.execute(text("SELECT nonsense FROM papers"))
    db.session.rollback()
    assert in_a_thread(app, lambda: db.session.scalars(select(Paper.id)).one()) == 1


def test_who_waits_long_for_a_turn_asks_all_the_same_and_gives_none_back(app, paper, writing, monkeypatch):
    monkeypatch.setattr("database.TURN_WAIT_MS", 10)
    db.session.execute(select(Paper.id))  # this request has the turn and the lock
    asked = threading.Event()
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.set() if told[2] == "BEGIN IMMEDIATE" else None)

    def write():
        db.session.execute(text("UPDATE papers SET tagline = 'b'"))
        db.session.commit()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(in_a_thread, app, write)
        assert asked.wait(5)
        db.session.commit()
        other.result()
    db.session.rollback()
    assert db.session.scalars(select(Paper.tagline)).one() == "b"


def test_readers_need_no_turn(app, paper, writing):
    db.session.execute(select(Paper.id))  # this request writes

    def read():
        write_first.set(False)
        return db.session.scalars(select(Paper.id)).one()

    assert in_a_thread(app, read) == 1


def test_a_statement_gives_what_sqlalchemy_gives(app, make_post, alice):
    moment = datetime(2026, 11, 23, 3, 0, 0, 123456, tzinfo=UTC)
    post = make_post(published_at=moment, has_video=True)
    asked = select(Post.id, Post.published_at, Post.has_video, Post.edited_at).where(
        Post.published_at == bindparam("moment", type_=UTCDateTime)
    )
    assert [tuple(row) for row in Statement(asked)(moment=moment)] == [(post.id, moment, True, None)]
    assert Statement(asked)(moment=datetime(2020, 1, 1, tzinfo=UTC)) == []


def test_a_statement_sees_what_its_session_has_written(app, alice):
    nickname = Statement(select(Member.nickname).where(Member.id == bindparam("id")))
    alice.nickname = "다른 이름"
    db.session.flush()
    assert nickname(id=alice.id) == [("다른 이름",)]


def test_a_statement_is_seen_by_those_who_listen(app, paper):
    heard = []
    event.listen(db.engine, "before_cursor_execute", listener := lambda *told: heard.append(told[2]))
    Statement(select(Paper.id))()
    event.remove(db.engine, "before_cursor_execute", listener)
    assert any("FROM papers" in said for said in heard)


def test_what_a_statement_fails_with_is_an_error_of_sqlalchemy(app, paper):
    with pytest.raises(OperationalError):
        Statement(select(text("nonsense")).select_from(Paper))()


def test_a_quick_transaction_keeps_all_or_nothing(app, paper):
    engine = db.engines["visitors"]
    add = Statement(Presence.__table__.insert().values(visitor=bindparam("name"), path="/", seen_at=datetime(2026, 1, 1, tzinfo=UTC)))
    count = Statement(select(Presence.visitor), "visitors")
    with pytest.raises(ZeroDivisionError), quick_transaction(engine) as run:
        run(add, name="a" * (1 // (run(add, name="a") - 1)))
    assert count() == []
    db.session.rollback()
    with quick_transaction(engine) as run:
        assert run(add, name="a") == 1
    assert count() == [("a",)]


def test_a_quick_transaction_waits_for_no_crowd(app, paper, monkeypatch):
    turn = threading.Lock()
    turn.acquire()
    monkeypatch.setattr("database._turn", turn)
    with pytest.raises(sqlite3.OperationalError), quick_transaction(db.engines["visitors"]):
        pass
