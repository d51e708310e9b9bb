"""Letters: one for an event, written with it, sent once, and never lost where the mail server fails."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
import time_machine
from flask import Flask
from mail_server import PASSWORD, MailServer, text_of
from sqlalchemy import select

import cli
import server as paper_server
from config import ROOT
from database import db
from domain.mail import dead_letters, outbox, sending, settings, smtp
from domain.mail.models import Mail, StoppedThread
from domain.mail.outbox import Letter
from models import Member, Paper, Post, now

LETTER = Letter(
    "편집국에서 알립니다 — 답글이 달렸습니다",
    ["느티나무 님, 안녕하세요.", "<b>굵지 않은</b>\n둘째 줄"],
    "/posts/1?comment=2#comment-2",
    "답글 보기",
)
ADDRESS = "reader@example.com"


@pytest.fixture
def hour() -> Iterator[Any]:
    """A clock that stands still until it is shifted."""
    with time_machine.travel(now(), tick=False) as clock:
        yield clock


def put(event: str = "reply-1", address: str = ADDRESS, letter: Letter = LETTER, **values: Any) -> None:
    outbox.put(letter, address, event=event, **values)
    db.session.commit()


def rows() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def test_a_letter_arrives_whole_and_leaves_nothing_behind(app: Flask, mail: MailServer, paper: Paper) -> None:
    paper.email = "desk@paper.example"
    put()
    with mail.running():
        assert cli.send_mail() == 1
        assert cli.send_mail() == 0
    (message,) = mail.letters(ADDRESS)
    assert str(message["Subject"]) == LETTER.subject
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("시험신문", "news@paper.example")
    assert str(message["To"]) == ADDRESS
    assert str(message["Reply-To"]) == "desk@paper.example"
    assert abs(message["Date"].datetime - now()) < timedelta(minutes=5)
    assert message["Message-ID"].endswith("@paper.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    text, html = (text_of(message, kind) for kind in ("plain", "html"))
    for part in (text, html):
        assert "느티나무 님, 안녕하세요." in part
        assert "답글 보기" in part
        assert "https://paper.example/posts/1?comment=2#comment-2" in part
    assert "<b>" in text
    assert "&lt;b&gt;굵지 않은" in html
    (row,) = rows()
    assert row.sent_at
    assert row.content is row.due_at is None
    stored = b"".join(file.read_bytes() for file in app.config["SETTINGS"].data.glob("maeul.db*"))
    assert b"comment=2#comment-2" not in stored


def test_one_event_is_one_letter_and_belongs_to_its_transaction(mail: MailServer) -> None:
    for address in (ADDRESS, ADDRESS, "other@example.com"):
        put(address=address)
    outbox.put(LETTER, ADDRESS, event="reply-2")
    db.session.rollback()
    assert [row.address for row in rows()] == [ADDRESS, "other@example.com"]


def test_nothing_is_put_where_mail_is_off(app: Flask, paper: Paper) -> None:
    put()
    assert not outbox.is_on()
    assert rows() == []
    assert cli.send_mail() == 0


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ({}, "응답하는 곳이 없습니다"),
        ({"dies_at": "MAIL"}, "중간에"),
        ({"dies_at": "DATA"}, "중간에"),
        ({"hangs_at": "RCPT"}, "제때"),
        ({"answers": {"MAIL": "550 not you"}}, "보내는 주소"),
        ({"answers": {"RCPT": "421 closing"}}, "421"),
        ({"answers": {"DATA": "451 try later"}}, "451"),
        ({"answers": {"RCPT": "450 greylisted"}}, "450"),
    ],
    ids=str,
)
def test_letters_survive_a_server_that_fails(
    mail: MailServer, hour: Any, monkeypatch: pytest.MonkeyPatch, trouble: dict[str, Any], words: str
) -> None:
    if "hangs_at" in trouble:  # the only one that has to run out of time
        monkeypatch.setattr(smtp, "SENDING_SECONDS", 0.3)
    put()
    if trouble:
        vars(mail).update(trouble)
        with mail.running():
            cli.send_mail()
    else:
        cli.send_mail()
    (row,) = rows()
    assert words in row.error
    assert (row.sent_at, row.failed_at, row.due_at) == (None, None, now() + timedelta(minutes=1))
    assert mail.taken == []
    vars(mail).update({"answers": {}, "dies_at": "", "hangs_at": ""})
    with mail.running():
        assert cli.send_mail() == 0  # it is not time yet
        hour.shift(timedelta(minutes=2))
        assert cli.send_mail() == 1
        hour.shift(timedelta(days=1))
        assert cli.send_mail() == 0
    assert len(mail.letters()) == 1


def test_wrong_password_keeps_every_letter(mail: MailServer, hour: Any) -> None:
    for number in range(3):
        put(f"reply-{number}")
    settings.use(mail.settings(user="paper", password="wrong"))
    with mail.running(**mail.asking_for_a_login()):
        cli.send_mail()
        assert mail.commands["AUTH"] <= 2  # one way of logging in after the other, and not for each letter
        assert "로그인" in rows()[0].error
        settings.use(mail.settings(user="paper", password=PASSWORD))
        hour.shift(timedelta(minutes=2))
        assert cli.send_mail() == 3


def test_refused_recipient_is_a_dead_letter_and_the_others_get_theirs(mail: MailServer) -> None:
    mail.answers["gone@example.com"] = "550 no such user"
    for address in ("a@example.com", "gone@example.com", "b@example.com"):
        put(address=address)
    with mail.running():
        assert cli.send_mail() == 2
        dead = rows()[1]
        assert dead.failed_at
        assert "550 no such user" in dead.error
        assert cli.send_mail() == 0
        mail.answers.clear()
        dead_letters.retry(dead)
        db.session.commit()
        assert cli.send_mail() == 1
    assert [address for address, _message in mail.taken] == [
        "a@example.com", "b@example.com", "gone@example.com",
    ]  # fmt: skip


def test_server_that_refuses_everybody_loses_nothing(mail: MailServer) -> None:
    mail.answers["RCPT"] = "554 relay access denied"
    for number in range(3):
        put(f"reply-{number}")
    with mail.running():
        assert cli.send_mail() == 0
        assert all(row.failed_at and row.content for row in rows())
        mail.answers.clear()
        dead_letters.retry_all()
        db.session.commit()
        assert cli.send_mail() == 3


def test_pauses_grow_until_the_letter_is_given_up(mail: MailServer, hour: Any) -> None:
    put()
    pauses = []
    while (row := rows()[0]).due_at:
        hour.move_to(row.due_at)
        cli.send_mail()
        pauses.append(((rows()[0].due_at or now()) - now()).total_seconds() / 60)
    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert len(pauses) == sending.MOST_ATTEMPTS
    assert row.failed_at
    assert row.content


def test_two_senders_never_send_the_same(app: Flask, mail: MailServer) -> None:
    for number in range(24):
        put(f"reply-{number}")

    def send(_number: int) -> int:
        with app.app_context():
            return cli.send_mail()

    with mail.running(), ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(4))) == 24
    assert len({message["Message-ID"] for message in mail.letters()}) == len(mail.letters()) == 24


@pytest.mark.parametrize("killed", ["after it was taken", "before the answer"])
def test_what_is_cut_off_is_sent_again_with_the_same_id(
    mail: MailServer, hour: Any, monkeypatch: pytest.MonkeyPatch, killed: str
) -> None:
    put()
    with mail.running():
        if killed == "before the answer":
            mail.dies_at = "taken"
            cli.send_mail()
            mail.dies_at = ""
        else:
            with monkeypatch.context() as patch:
                patch.setattr(sending, "_mark", lambda *_arguments: exit(9))
                with pytest.raises(SystemExit):
                    cli.send_mail()
            assert cli.send_mail() == 0  # the claim holds
        hour.shift(sending.CLAIMED)
        assert cli.send_mail() == 1
    first, second = mail.letters()
    assert first["Message-ID"] == second["Message-ID"]


SENDER = """
import sys
from pathlib import Path
from app import create_app
import cli
mail = {"smtp_host": "127.0.0.1", "smtp_port": int(sys.argv[2]), "smtp_security": "none"}
site = {"secret_key": "test", "site_url": "https://paper.example", "mail_from": "news@paper.example"}
with create_app(data=Path(sys.argv[1]), **mail, **site).app_context():
    cli.send_mail()
"""


class KillingServer(MailServer):
    """Kills the sender when it has taken the third letter, before its answer."""

    sender: subprocess.Popen[bytes] | None = None

    async def handle_DATA(self, *arguments: Any) -> str:
        answer = await super().handle_DATA(*arguments)
        if len(self.taken) == 3 and self.sender:
            os.kill(self.sender.pid, signal.SIGKILL)
        return answer


def test_killed_between_sending_and_marking_repeats_one_and_loses_none(app: Flask, paper: Paper) -> None:
    mail = KillingServer()
    settings.use(mail.settings())
    for number in range(5):
        put(f"reply-{number}", f"reader-{number}@example.com")
    with mail.running():
        command = [sys.executable, "-c", SENDER, str(app.config["SETTINGS"].data), str(mail.port)]
        mail.sender = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=ROOT)
        assert mail.sender.wait(60) == -signal.SIGKILL
        assert [bool(row.sent_at) for row in rows()] == [True, True, False, False, False]
        mail.sender = None
        assert cli.send_mail() == 2  # the third is claimed by the one that was killed
        with time_machine.travel(now() + sending.CLAIMED, tick=False):
            assert cli.send_mail() == 1
            assert cli.send_mail() == 0
    assert all(row.sent_at for row in rows())
    assert [len(mail.letters(f"reader-{number}@example.com")) for number in range(5)] == [1, 1, 2, 1, 1]
    first, second = mail.letters("reader-2@example.com")
    assert first["Message-ID"] == second["Message-ID"]


def test_letter_that_is_too_late_or_unwanted_is_not_sent(mail: MailServer, hour: Any, alice: Member) -> None:
    alice.wants_reply_mail, alice.email_confirmed_at = True, now()
    put("late", expires_at=now() + timedelta(hours=1))
    put("unwanted", alice.email, member_id=alice.id, topic="replies")
    assert len(rows()) == 2
    alice.wants_reply_mail = False
    db.session.commit()
    put("unwanted-too", alice.email, member_id=alice.id, topic="replies")
    hour.shift(timedelta(hours=2))
    with mail.running():
        assert cli.send_mail() == 0
    (late,) = rows()
    assert (late.event, late.content) == ("late", None)
    assert late.failed_at


def test_what_is_kept_how_long(mail: MailServer, hour: Any) -> None:
    put("sent")
    with mail.running():
        cli.send_mail()
    put("waiting", expires_at=now() + timedelta(hours=1))
    for days, left in ((1, ["sent", "waiting"]), (8, ["sent"]), (31, [])):
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            cli.purge_news()
            assert [row.event for row in rows()] == left


def test_topic_brings_links_that_stop_it(mail: MailServer, alice: Member, post: Post) -> None:
    alice.wants_reply_mail, alice.email_confirmed_at = True, now()
    comment = post.comment("첫 댓글", alice)
    db.session.commit()
    values = {"address": alice.email, "member_id": alice.id, "topic": "replies", "thread_id": comment.id}
    put("reply-1", **values)
    with mail.running():
        cli.send_mail()
    (message,) = mail.letters()
    link = message["List-Unsubscribe"]
    assert link.startswith("<https://paper.example/mail/unsubscribe/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert text_of(message).count("/mail/unsubscribe/") == 3
    db.session.add(StoppedThread(member_id=alice.id, comment_id=comment.id))
    put("reply-2", **values)
    assert [row.event for row in rows()] == ["reply-1"]


def test_addresses_of_other_scripts(mail: MailServer) -> None:
    put(address="이웃@한국.example")
    put("reply-2", address="a@..")
    with mail.running():
        assert cli.send_mail() == 1
    assert mail.taken[0][0] == "이웃@xn--3e0b707e.example"
    assert rows()[1].failed_at


def test_the_server_sends_as_soon_as_a_letter_is_written(app: Flask, mail: MailServer) -> None:
    stop = Event()
    with mail.running():
        thread = Thread(target=paper_server.send_mail, args=(app, stop))
        thread.start()
        put()
        wait_until(lambda: bool(mail.taken))
        stop.set()
        outbox.added.set()
        thread.join(10)
    assert not thread.is_alive()


def wait_until(done: Callable[[], bool]) -> None:
    for _ in range(500):
        if done():
            return
        Event().wait(0.02)
    raise AssertionError("it did not happen within ten seconds")
