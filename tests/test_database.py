"""Turns at writing, and statements that are compiled once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from database import db, write_intent
from models import Paper


@pytest.fixture
def writing():
    token = write_intent.set(True)
    yield
    write_intent.reset(token)


def in_a_thread(app, act):
    """What `act` gives or raises, asked as another request would ask."""

    def asked():
        with app.app_context():
            token = write_intent.set(True)
            try:
                return act()
            finally:
                write_intent.reset(token)
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
    event.listen(
        db.engine,
        "before_cursor_execute",
        lambda *told: asked.set() if told[2] == "BEGIN IMMEDIATE" else None,
    )

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
        write_intent.set(False)
        return db.session.scalars(select(Paper.id)).one()

    assert in_a_thread(app, read) == 1
