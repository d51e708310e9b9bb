"""Expired data is deleted while the server runs, without a request and without `flask tick`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

import cli
import server
from database import db, visitors_transaction
from domain.counter.models import Captcha, DailySeen, Presence, VisitDay, Visitor
from domain.keeping import jobs
from domain.mail import outbox
from domain.mail.models import Mail, Notice
from domain.mail.outbox import Letter
from domain.neighbours import captchas
from domain.neighbours.models import Tip
from models import Login, Member, Post, now


def counts(*tables: Any) -> list[int]:
    db.session.rollback()
    found = [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
    db.session.rollback()  # a purge would wait for a reader
    return found


@pytest.fixture
def visit(client: Any, post: Any, alice: Member) -> Callable[[], None]:
    """Somebody reads an article, a member logs in, digits are shown."""

    def visit() -> None:
        client.post("/visitors/beat", json={"path": f"/posts/{post.id}", "post": post.id})
        client.log_in(alice)
        with visitors_transaction() as connection:
            captchas.issue(connection)
        db.session.rollback()  # a purge would wait for a reader

    return visit


@pytest.mark.parametrize(
    ("later", "left"),
    [
        (timedelta(minutes=9), [1, 1, 1, 1]),
        (timedelta(minutes=11), [0, 1, 1, 1]),
        (timedelta(hours=23), [0, 0, 0, 1]),
        (timedelta(days=31), [0, 0, 0, 0]),
    ],
    ids=str,
)
def test_what_expires_when(visit: Any, later: timedelta, left: list[int]) -> None:
    noon = (now() + timedelta(days=1)).replace(hour=3, minute=0)  # UTC; a day after the article
    with time_machine.travel(noon, tick=False) as clock:
        visit()
        assert counts(Presence, Visitor, DailySeen, Login, Captcha, VisitDay) == [1, 1, 1, 1, 1, 1]
        clock.shift(later)
        cli.purge_visitors()
        cli.purge_news()
        assert counts(Presence, Visitor, DailySeen, Login) == left
        assert counts(VisitDay) == [1]


def run_in_thread(app: Flask, done: Callable[[], bool], **options: Any) -> None:
    """Run the jobs until `done`, at most ten seconds."""
    stop, wait = Event(), Event()
    thread = Thread(target=server.run_jobs, args=(app, stop), kwargs={"pause": 0.01} | options)
    thread.start()
    for _ in range(500):
        if done():
            break
        wait.wait(0.02)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert done()


def test_the_servers_thread_needs_no_request(app: Flask, visit: Any) -> None:
    visit()
    with time_machine.travel(now() + timedelta(days=31)):
        run_in_thread(app, lambda: counts(Presence, Visitor, DailySeen, Login, Captcha) == [0, 0, 0, 0, 0])


def test_what_was_written_goes_on_a_quiet_server(
    app: Flask, post: Post, alice: Member, bob: Member, mail_on: None
) -> None:
    question = post.comment("물음", alice)
    db.session.flush()
    post.comment("답", bob, question)
    for title in ("읽은 제보", "읽지 않은 제보"):
        letter = {"name": "이웃", "contact": "없음", "body": "내용", "title": title}
        db.session.add(Tip(**letter, done_at=now() if title == "읽은 제보" else None))
    outbox.put(Letter("제목", ["본문"]), "a@example.com", event="a")
    db.session.commit()
    assert counts(Tip, Notice, Mail) == [2, 1, 1]
    for days, left in ((6, [2, 1, 1]), (8, [2, 1, 0]), (91, [2, 0, 0]), (366, [1, 0, 0])):
        with time_machine.travel(now() + timedelta(days=days)):
            run_in_thread(app, lambda left=left: counts(Tip, Notice, Mail) == left)


def test_a_job_is_run_by_one_process_at_a_time_and_not_too_often(app: Flask) -> None:
    def begin(pause: int = 0) -> bool:
        with visitors_transaction() as connection:
            return jobs.begin(connection, "sums", timedelta(minutes=pause))

    def end(error: str = "") -> None:
        with visitors_transaction() as connection:
            jobs.end(connection, "sums", error)

    with time_machine.travel(now(), tick=False) as clock:
        assert [begin(), begin()] == [True, False]
        end()
        assert [begin(5), begin()] == [False, True]
        end("disk full")
        assert begin(5)  # a failure is tried again
        clock.shift(jobs.GIVEN_UP)
        assert begin(5)  # whoever ran it was killed
        end()
        clock.shift(-timedelta(days=1))
        assert begin(5)  # the clock was set back


def test_a_failure_does_not_end_the_thread(app: Flask, paper: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def fail() -> dict[str, int]:
        calls.append(1)
        raise OSError("disk full")

    monkeypatch.setattr(cli, "JOBS", (cli.Job("visitors", timedelta(minutes=5), fail),))
    run_in_thread(app, lambda: len(calls) > 3)


def test_two_at_once_do_no_harm(app: Flask, visit: Any) -> None:
    visit()

    def purge(_number: int) -> None:
        with app.app_context():
            cli.purge_visitors()
            cli.purge_news()
            app.test_cli_runner().invoke(args=["tick"], catch_exceptions=False)

    with time_machine.travel(now() + timedelta(days=31)), ThreadPoolExecutor(4) as pool:
        list(pool.map(purge, range(8)))
    assert counts(Presence, Visitor, DailySeen, Login, Captcha, VisitDay) == [0, 0, 0, 0, 0, 1]
