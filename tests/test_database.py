"""Turns at writing, and statements that are compiled once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, event, select, text
from sqlalchemy.exc import OperationalError

import database
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


def test_lists_of_any_length_are_one_statement(post):
    question = Statement(select(Post.id).where(Post.id.in_(bindparam("ids", expanding=True))))
    for ids in ([post.id], [], [post.id, post.id + 1], list(range(2000)), {post.id}):
        assert [row[0] for row in question(ids=ids)] == [found for found in [post.id] if found in ids]


def test_a_statement_sees_what_the_session_has_not_committed(post):
    question = Statement(select(Post.title).where(Post.id == bindparam("id")))
    post.title = "고친 제목"
    db.session.flush()
    assert question(id=post.id)[0][0] == "고친 제목"
    db.session.rollback()
    assert question(id=post.id)[0][0] != "고친 제목"


def test_statements_that_change_are_the_sessions_to_commit(post):
    change = Statement(text("UPDATE posts SET title = :title WHERE id = :id"))
    change(title="고친 제목", id=post.id)
    db.session.rollback()
    assert db.session.get_one(Post, post.id).title != "고친 제목"


def test_one_writes_while_others_read_what_was(app, post):
    change = Statement(text("UPDATE posts SET title = :title WHERE id = :id"))
    question = Statement(select(Post.title).where(Post.id == bindparam("id")))

    def title():
        with app.app_context():
            return question(id=number)[0][0]

    number, before = post.id, post.title
    with database.writing():
        change(title="새 제목", id=number)
        assert question(id=number)[0][0] == "새 제목"
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(title).result() == before
    assert question(id=number)[0][0] == "새 제목"


def test_who_cannot_write_is_told_so(app, post, monkeypatch):
    monkeypatch.setattr(database, "TURN_WAIT_MS", 1)
    number = post.id
    db.session.rollback()
    other = sqlite3.connect(app.config["SETTINGS"].news_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        waiting = database._reader(db.engine)
        waiting.execute("PRAGMA busy_timeout=1")
        database._keep_reader(db.engine, waiting)
        with pytest.raises(OperationalError):
            database.writing().__enter__()
    finally:
        other.rollback()
        other.close()
    with database.writing():
        Statement(text("UPDATE posts SET title = 'x' WHERE id = :id"))(id=number)
