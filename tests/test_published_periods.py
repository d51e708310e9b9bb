"""What the privacy policy and the terms promise to delete is deleted in time, on a server that nobody visits.

The clock is shifted from one end of a period to the next, and only the server's own loop runs.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import ColumnElement, func, insert, null, select

import server
from database import db, visitors_transaction
from domain.counter.models import Captcha, DailySeen, DaySalt, Presence, Visitor
from domain.desk.models import Claim, WorkingCopy
from domain.mail.models import Mail, Notice
from domain.moderation import bans, blocks, spam
from domain.moderation import comments as moderation
from domain.moderation.models import AccessEntry, BarredAddress, CommentOrigin, Hold, NetworkBlock, Report
from domain.neighbours.models import (
    AccountLink,
    JoinAttempt,
    LoginFailure,
    PendingLogin,
    ResetRequest,
    Tip,
)
from lib.files.store import Store
from models import Comment, Login, Member, Photo, Post

MOMENT = datetime(2027, 3, 2, 1, 0, tzinfo=UTC)  # 10:00 in Seoul
MIDNIGHT = timedelta(hours=14)
DAY, YEAR = timedelta(days=1), timedelta(days=365)
LOOKS = {"presence": 5, "captcha": 5, "day": 5, "measure": 10, "file": 720}  # minutes; the others: 60


def _rows(table: Any, *where: ColumnElement[bool]) -> Callable[[], int]:
    return lambda: db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0


# What there is until when, and the number of rows (or of files) of it.
PERIODS: dict[str, tuple[timedelta, Callable[[], int]]] = {
    "presence": (timedelta(minutes=10), _rows(Presence)),
    "pending login": (timedelta(minutes=10), _rows(PendingLogin)),
    "captcha": (timedelta(minutes=20), _rows(Captcha)),
    "reset link": (timedelta(hours=1), _rows(AccountLink, AccountLink.kind == "reset")),
    "day": (MIDNIGHT, lambda: sum(_rows(table)() for table in (Visitor, DailySeen, DaySalt))),
    "reporting guest": (MIDNIGHT, _rows(Report, Report.person.is_not(None))),
    "login": (DAY, _rows(Login, Login.device == "day")),
    "login failure": (DAY, _rows(LoginFailure)),
    "join attempt": (DAY, _rows(JoinAttempt)),
    "confirmation": (3 * DAY, _rows(AccountLink, AccountLink.kind == "address")),
    "ban": (7 * DAY, _rows(Member, Member.ban_reason != "")),
    "barred address": (7 * DAY, _rows(BarredAddress, BarredAddress.address == "hash")),
    "network block": (7 * DAY, _rows(NetworkBlock)),
    "unsent mail": (7 * DAY, _rows(Mail, Mail.event == "waiting")),
    "sent mail": (30 * DAY, _rows(Mail, Mail.event == "sent")),
    "remembered login": (30 * DAY, _rows(Login, Login.device == "month")),
    "spam": (30 * DAY, _rows(Comment, Comment.body == "광고")),
    "spammer": (30 * DAY, _rows(Member, Member.username == "bob")),
    "measure": (30 * DAY, _rows(Comment, Comment.body == "가려진 글")),
    "working copy": (30 * DAY, _rows(WorkingCopy)),
    "unused photo": (30 * DAY, _rows(Photo)),
    "article taken down": (30 * DAY, _rows(Post, Post.title == "내린 글")),
    "notice": (90 * DAY, _rows(Notice)),
    "origin": (90 * DAY, _rows(CommentOrigin)),
    "letter": (YEAR, _rows(Tip)),
    "report": (YEAR, _rows(Report)),
    "desk log": (2 * YEAR, _rows(AccessEntry)),
    "claim": (3 * YEAR + DAY, _rows(Claim)),
    "request": (3 * YEAR + DAY, _rows(Hold, Hold.outcome == "refused")),
    "measure's log": (3 * YEAR + 31 * DAY, _rows(Hold, Hold.comment_id.is_not(None))),
    "file": (3 * YEAR + DAY, lambda: len(list(_files()))),
}


def _files() -> Iterator[Path]:
    from flask import current_app

    return (path for path in current_app.config["SETTINGS"].claims.rglob("*") if path.is_file())


def _look_every(name: str) -> timedelta:
    """How often the server looks for what is to be deleted."""
    return timedelta(minutes=LOOKS.get(name, 60))


@pytest.fixture
def world(app: Flask, make_post: Any, alice: Member, bob: Member, editor: Member) -> Iterator[Any]:
    """One of everything, as of MOMENT. Yields the clock."""
    with time_machine.travel(MOMENT, tick=False) as clock:
        post = make_post()
        _of_visitors()
        _of_accounts(alice)
        _of_comments(post, alice, bob, editor)
        _of_letters(alice, bob, Store(app.config["SETTINGS"].claims))
        db.session.add(WorkingCopy(form_key="a", title="초고", fields=[]))
        db.session.add(Photo(digest="b" * 64, width=1, height=1))
        make_post(title="내린 글", deleted_at=MOMENT)
        db.session.commit()
        yield clock


def _of_visitors() -> None:
    today = MOMENT.date()
    with visitors_transaction() as connection:
        for table, values in (
            (Presence, {"visitor": "a", "path": "/", "seen_at": MOMENT}),
            (Captcha, {"key": "a", "answer": "12345", "expires_at": MOMENT + Captcha.LASTS}),
            (Visitor, {"day": today, "visitor": "a"}),
            (DailySeen, {"day": today, "mark": "a"}),
            (DaySalt, {"day": today, "salt": "a"}),
        ):
            connection.execute(insert(table).values(**values))


def _of_accounts(alice: Member) -> None:
    for token, remember in (("day", False), ("month", True)):
        Login.start(alice, remember=remember, device=token)
    ends = {"reset": timedelta(hours=1), "address": 3 * DAY}
    for kind, lasts in ends.items():
        link = AccountLink(kind=kind, token_digest=kind, member_id=alice.id, expires_at=MOMENT + lasts)
        db.session.add(link)
    pending = {"token_digest": "a", "member_id": alice.id, "remember": False}
    db.session.add_all(
        [
            PendingLogin(**pending, expires_at=MOMENT + timedelta(minutes=10)),
            LoginFailure(account="1", sender="s"),
            JoinAttempt(sender="a", form_digest="a"),
            ResetRequest(name="nobody@example.com"),
        ]
    )


def _of_comments(post: Post, alice: Member, bob: Member, editor: Member) -> None:
    hidden, question = post.comment("가려진 글", alice), post.comment("물음", alice)
    db.session.flush()
    moderation.hide(hidden, "hold")
    db.session.add(_hold("2027-0001", comment_id=hidden.id, held_at=MOMENT, ends_at=MOMENT + 30 * DAY))
    post.comment("답", editor, question)
    post.comment("광고", bob)
    db.session.flush()
    db.session.add(CommentOrigin(comment_id=question.id, sender="s"))
    db.session.commit()
    spam.mark(bob, editor)
    bans.ban(alice, MOMENT + 7 * DAY, "욕설", editor)
    db.session.add(BarredAddress(address="hash", ends_at=MOMENT + 7 * DAY))
    blocks.block_network("192.0.2.0/24", MOMENT + 7 * DAY)
    guest = {"text_digest": "a", "reason": "abuse", "closed_at": MOMENT, "outcome": "fine"}
    db.session.add(Report(comment_id=question.id, person="a", **guest))


def _hold(number: str, **values: Any) -> Hold:
    who = {"name": "한결", "contact": "hangyeol@example.com", "reason": "거짓", "explanation": "아님"}
    about = {"kind": "other", "target": "/", "text": "글", "key": number}
    return Hold(number=number, **who, **about, **values)


def _of_letters(alice: Member, bob: Member, store: Store) -> None:
    who = {"name": "한결", "contact": "hangyeol@example.com"}
    os.utime(store.put("c" * 64, b"x"), (MOMENT.timestamp(),) * 2)
    about = {"kind": "correction", "article": "/", "reason": "틀림", "wanted": "고침"}
    db.session.add_all(
        [
            Tip(**who, title="제보", body="글", done_at=MOMENT),
            Claim(receipt="1", **who, **about, closed_at=MOMENT, digest="c" * 64, filename="a.pdf"),
            _hold("2027-0002", closed_at=MOMENT, outcome="refused"),
            Mail(event="waiting", address="a@example.com", content={"subject": "글"}),
            Mail(event="sent", address="a@example.com", due_at=null(), sent_at=MOMENT),
        ]
    )


def _run_loop(app: Flask) -> None:
    """Once what the server's thread does every minute."""
    stop = Event()
    stop.set()
    db.session.rollback()
    server.run_jobs(app, stop)


def test_what_is_promised_holds_on_a_quiet_server(app: Flask, world: Any, caplog: Any) -> None:
    assert {name: count() for name, (_until, count) in PERIODS.items() if not count()} == {}
    moments = {until - timedelta(minutes=2) for until, _count in PERIODS.values()}
    moments |= {until + _look_every(name) + timedelta(minutes=2) for name, (until, _) in PERIODS.items()}
    for passed in sorted(moments):
        world.move_to(MOMENT + passed)
        _run_loop(app)
        for name, (until, count) in PERIODS.items():
            if passed < until:
                assert count(), f"{name} was deleted after {passed} already"
            elif passed > until + _look_every(name):
                assert not count(), f"{name} is still there after {passed}"
    assert not caplog.records
    assert not _rows(ResetRequest)()
