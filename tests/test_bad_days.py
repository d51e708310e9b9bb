"""A full or read-only disk, a lock that stays, a clock that jumps: reading goes on, nothing is lost."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from itsdangerous import URLSafeSerializer
from sqlalchemy import event, func, select

import cli
from database import db
from domain.keeping.models import JobRun
from lib.sqlite.driver import sqlite3
from lib.web import request_log
from models import Comment, Member, Post, now
from views.web.logs import RequestFormatter

TEXT = "정전 중에 쓴 댓글입니다. " * 150  # more than the free space in the pages of the file
# What SQLite says on a full disk, and on one that was mounted again as read-only.
TROUBLES = {"full": "PRAGMA max_page_count=1", "read-only": "PRAGMA query_only=ON"}


@contextmanager
def trouble(app: Any, *pragmas: str) -> Iterator[None]:
    """Every connection to the news has these pragmas while the block runs."""
    engine = db.engine

    def connect(connection: Any, *_others: Any) -> None:
        for pragma in pragmas:
            connection.execute(pragma)

    engine.dispose()
    event.listen(engine, "checkout", connect)
    try:
        yield
    finally:
        event.remove(engine, "checkout", connect)
        db.session.remove()
        engine.dispose()


def comments() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Comment.id))) or 0


@pytest.mark.parametrize("kind", TROUBLES)
def test_reading_goes_on_and_what_was_typed_is_kept(
    app: Any, client: Any, post: Post, alice: Member, kind: str
) -> None:
    number = post.id
    member = client.log_in(alice)
    with trouble(app, TROUBLES[kind]):
        assert app.test_client().get(f"/posts/{number}").status_code == 200
        assert member.get("/").status_code == 200
        answer = member.send(f"/posts/{number}/comments", body=TEXT)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert TEXT.strip() in answer.text
        assert client.get("/healthz").status_code == 200
    assert comments() == 0
    assert member.send(f"/posts/{number}/comments", body=TEXT).status_code == 303  # without a restart
    assert comments() == 1


def test_a_lock_that_another_process_holds(app: Any, client: Any, post: Post, alice: Member) -> None:
    number, member = post.id, client.log_in(alice)
    with closing(sqlite3.connect(app.config["SETTINGS"].news_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with trouble(app, "PRAGMA busy_timeout=50"):
            answer = member.send(f"/posts/{number}/comments", body=TEXT)
            assert (answer.status_code, TEXT.strip() in answer.text) == (503, True)
            assert member.get(f"/posts/{number}").status_code == 200
        other.execute("ROLLBACK")
    assert member.send(f"/posts/{number}/comments", body=TEXT).status_code == 303


def test_a_job_that_cannot_write_says_so_and_stops_no_other(app: Any, paper: Any) -> None:
    with trouble(app, TROUBLES["read-only"]):
        result = app.test_cli_runner().invoke(args=["tick"])
    assert result.exit_code == 1
    errors = {run.name: run.error for run in db.session.scalars(select(JobRun))}
    assert errors["news"] == "OperationalError"
    assert errors["visitors"] == errors["files"] == ""
    assert app.test_cli_runner().invoke(args=["tick"]).exit_code == 0


@pytest.mark.parametrize("jump", [timedelta(days=1), -timedelta(days=1)])
def test_jobs_run_on_whichever_way_the_clock_jumps(app: Any, paper: Any, jump: timedelta) -> None:
    job = next(job for job in cli.JOBS if job.name == "news")
    assert cli.run_job(job, job.pause) is not None
    assert cli.run_job(job, job.pause) is None
    with time_machine.travel(now() + jump):
        assert cli.run_job(job, job.pause) is not None
        assert cli.run_job(job, job.pause) is None


def test_after_a_clock_was_set_back_and_put_right_all_is_as_before(
    client: Any, make_post: Callable[..., Post], alice: Member
) -> None:
    post = make_post(published_at=now() - timedelta(hours=1))
    member = client.log_in(alice)
    with time_machine.travel(now() - timedelta(days=1)):
        assert member.get(f"/posts/{post.id}").status_code == 404
        assert member.get("/").status_code == 200
    assert member.get("/me").status_code == 200  # meanwhile the session counted as signed in the future
    assert member.get(f"/posts/{post.id}").status_code == 200


def test_an_error_is_told_once_with_its_number(
    app: Any, client: Any, paper: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Any:
        raise RuntimeError("wrong")

    monkeypatch.setitem(app.view_functions, "tips.new", fail)
    caplog.set_level(logging.INFO)
    app.extensions["request_log"].waiting.clear()
    answer = client.get("/tips/new")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert len([record for record in caplog.records if record.exc_info]) == 1
    app.extensions["request_log"].flush()
    (line,) = [record for record in caplog.records if record.name == "maeul.requests"]
    assert line.getMessage().split()[-1] == answer.headers["X-Request-Id"]
    assert "wrong" not in answer.text


SECRETS = ("token", "key", "receipt")  # arguments of routes


def test_no_address_that_opens_something_stands_in_the_log(app: Any) -> None:
    """Neither in the lines of requests nor beside an error."""
    token = secrets.token_urlsafe(32)
    samples = {"token": token, "key": token, "receipt": "20261130-7KQ2M9XD"}
    signed = URLSafeSerializer("k", "salt").dumps([12345, "reply"])
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments & set(SECRETS)]
    assert len(rules) >= 6
    urls = app.url_map.bind("paper.example")
    for rule in rules:
        for values in (samples, samples | {"token": signed}):
            path = urls.build(rule.endpoint, {name: values[name] for name in rule.arguments})
            record = logging.makeLogRecord({"msg": f"Exception on {path} [GET]"})
            with app.test_request_context(path):
                lines = request_log.written(path), RequestFormatter("%(message)s").format(record)
            assert not [line for line in lines for value in values.values() if value in line], path


def test_mail_that_fails_is_told_like_a_job(app: Any, paper: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise OSError

    monkeypatch.setattr(cli, "send_mail", fail)
    result = app.test_cli_runner().invoke(args=["tick"])
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "mail" in result.output.splitlines()[-1]
