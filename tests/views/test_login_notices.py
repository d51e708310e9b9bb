"""Mails to the owner of an account about logins, and the kind of browser that a login has."""

from datetime import timedelta

import letters
import pytest
import time_machine
from client import BROWSER
from sqlalchemy import select

import cli
from database import db
from domain.neighbours.models import LoginFailure
from lib.web.agents import kind
from lib.web.passwords import hash_password
from models import Login, now

PASSWORD = "느티나무 아래 벤치"
HASH = hash_password(PASSWORD)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.fixture(autouse=True)
def alice(alice, paper):
    alice.password_hash, alice.email_confirmed_at = HASH, now()
    db.session.commit()
    return alice


def log_in(browser):
    return browser.send("/login", username="alice", password=PASSWORD)


def subjects():
    return [letter["subject"] for letter in letters.waiting("alice@example.com")]


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        (BROWSER, "Chrome · Android"),
        (f"{IPHONE} Version/17.0 Mobile/15E148 Safari/604.1", "Safari · iPhone"),
        (f"{IPHONE} Mobile/15E148 KAKAOTALK 10.4.5", "KakaoTalk · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0.0.0 Whale/3.27", "Whale · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_kind_of_browser(agent, shown):
    assert kind(agent) == shown


def test_new_browser_is_told_of_once_without_an_address(client, app, mail_on, alice):
    assert log_in(client).status_code == 303
    assert db.session.scalar(select(Login.device)) == "Chrome · Android"
    (letter,) = letters.waiting("alice@example.com")
    assert letter["subject"] == "새 기기에서 로그인했습니다"
    assert "기기: Chrome · Android" in letter["paragraphs"]
    assert "127.0.0.1" not in str(letter)
    client.send("/logout")
    with time_machine.travel(now() + timedelta(minutes=5)):
        log_in(client)
        assert len(subjects()) == 1  # known now
        log_in(app.test_client())
        assert len(subjects()) == 2


def test_addresses_that_were_not_confirmed_are_told_nothing(client, mail_on, alice):
    alice.email_confirmed_at = None
    db.session.commit()
    log_in(client)
    fail(10, str(alice.id))
    cli.put_account_mails()
    assert not letters.waiting()


def fail(times, account, ago=timedelta(minutes=1)):
    moment = now() - ago
    db.session.add_all(LoginFailure(account=account, sender="x", failed_at=moment) for _ in range(times))
    db.session.commit()


def test_run_of_failures_is_told_once_a_day(mail_on, alice):
    fail(9, str(alice.id))
    fail(30, "9" * 64)  # a name that nobody has
    fail(5, str(alice.id), timedelta(hours=2))
    cli.put_account_mails()
    assert not letters.waiting()
    fail(1, str(alice.id))
    cli.put_account_mails()
    fail(5, str(alice.id))
    cli.put_account_mails()
    assert subjects() == ["비밀번호가 여러 번 틀렸습니다"]
    fail(10, f"code-{alice.id}")
    cli.put_account_mails()
    assert subjects()[1:] == ["로그인 코드가 여러 번 틀렸습니다"]
    with time_machine.travel(now() + timedelta(days=1)):
        fail(10, str(alice.id))
        cli.put_account_mails()
    assert len(subjects()) == 3
