"""Mail at the desk: whether it is on, what was not delivered, and a letter to try it with."""

from typing import Any

import pytest
from client import Client
from mail_server import PASSWORD, MailServer
from sqlalchemy import select

import cli
from database import db
from domain.mail import outbox, sending, settings
from domain.mail.models import Mail
from domain.mail.outbox import Letter
from models import Member, Paper


@pytest.fixture
def desk(client: Client, editor: Member) -> Client:
    return client.log_in(editor)


def give_up(mail: MailServer, *addresses: str) -> list[Mail]:
    """Letters that the mail server refuses for good."""
    mail.answers["RCPT"] = "550 no such user"
    for address in addresses:
        outbox.put(Letter("답글이 달렸습니다", ["본문"]), address, event="reply-1")
    db.session.commit()
    with mail.running():
        cli.send_mail()
    mail.answers.clear()
    return list(db.session.scalars(select(Mail)))


def test_page_says_what_is_missing(desk: Client, paper: Paper, mail_on: None) -> None:
    assert "시험 메일 보내기" in desk.get("/desk/mail").text
    settings.use(settings.MailSettings(site_url="https://paper.example"))
    page = desk.get("/desk/mail").text
    assert "메일이 꺼져 있습니다" in page
    assert "smtp_host" in page
    assert "mail_from" in page
    assert "site_url" not in page
    assert "시험 메일 보내기" not in page
    assert desk.send("/desk/mail/tests", email="me@example.com").status_code == 422


def test_letters_not_delivered_can_be_tried_again_or_deleted(desk: Client, mail: MailServer) -> None:
    first, second, _third = give_up(mail, "a@example.com", "b@example.com", "c@example.com")
    page = desk.get("/desk/mail").text
    assert page.count("550 no such user") == 3
    assert 'desk-nav__count">3<' in page
    assert desk.send(f"/desk/mail/{first.id}/attempts").status_code == 303
    assert "a@example.com" in desk.get("/desk/mail").text.split("보낼 메일")[1]
    assert desk.send(f"/desk/mail/{second.id}/deletion").status_code == 303
    assert "b@example.com" not in desk.get("/desk/mail").text
    assert desk.send("/desk/mail/attempts").status_code == 303
    with mail.running():
        assert cli.send_mail() == 2
    assert "desk-nav__count" not in desk.get("/desk/mail").text
    for path in (
        f"/desk/mail/{first.id}/attempts",
        "/desk/mail/999/deletion",
        f"/desk/mail/{10**30}/deletion",
    ):
        assert desk.send(path).status_code == 404
    assert desk.get("/desk/mail/1/deletion").status_code == 405


@pytest.mark.parametrize(
    ("trouble", "values", "words"),
    [
        (None, {}, "응답하는 곳이 없습니다"),
        ({}, {"host": "mail.invalid"}, "찾을 수 없습니다"),
        ({}, {"security": "starttls"}, "STARTTLS"),
        ({}, {"security": "tls"}, "암호화를 쓰지 않습니다"),
        ({}, {"user": "paper", "password": PASSWORD}, "로그인을 받지 않습니다"),
        ({"answers": {"MAIL": "553 not yours"}}, {}, "보내는 주소를 거절"),
        ({"answers": {"RCPT": "550 nobody"}}, {}, "550 nobody"),
        ({"dies_at": "DATA"}, {}, "중간에 연결을"),
        ({"hangs_at": "MAIL"}, {}, "제때"),
    ],
    ids=str,
)
def test_trial_says_in_words_what_is_wrong(
    desk: Client,
    mail: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    trouble: dict[str, Any] | None,
    values: dict[str, Any],
    words: str,
) -> None:
    if trouble and "hangs_at" in trouble:  # the only one that has to run out of time
        monkeypatch.setattr(sending, "TEST_SECONDS", 0.5)
    settings.use(mail.settings(**values))
    if trouble is None:
        answer = desk.send("/desk/mail/tests", email="me@example.com")
    else:
        vars(mail).update(trouble)
        with mail.running():
            answer = desk.send("/desk/mail/tests", email="me@example.com")
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="me@example.com"' in answer.text


def test_trial_that_works(desk: Client, mail: MailServer) -> None:
    settings.use(mail.settings(user="paper", password="wrong"))
    with mail.running(**mail.asking_for_a_login()):
        assert "로그인을 거절" in desk.send("/desk/mail/tests", email="me@example.com").text
        settings.use(mail.settings(user="paper", password=PASSWORD))
        assert desk.send("/desk/mail/tests", email="me@example.com").status_code == 303
    assert "me@example.com" in desk.get("/desk/mail").text
    assert len(mail.letters("me@example.com")) == 1
    for wrong in ("", "me", "a b@example.com"):
        assert desk.send("/desk/mail/tests", email=wrong).status_code == 422
