"""Limits of wrong passwords: by account and sender, by sender, by account."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from database import db
from domain.neighbours import login_limits
from domain.neighbours.login_limits import Attempt
from domain.neighbours.models import LoginFailure
from models import Refused

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def attempt(member, sender="203.0.113.1", *, name="alice", known=False):
    return Attempt.of(member, name, sender, "secret", known=known)


def wait(attempt):
    """Seconds until the next try; 0 if it is allowed, which counts it as wrong."""
    try:
        login_limits.count(attempt)
    except Refused as refused:
        return int(refused.headers["Retry-After"])
    db.session.commit()
    return 0


def fail(attempt, clock, times, every=timedelta(minutes=16)):
    for _ in range(times):
        assert wait(attempt) == 0
        clock.shift(every)


def test_delay_of_one_account_and_sender_grows(app, alice, clock):
    fail(attempt(alice), clock, 6, timedelta(seconds=12))
    waits = []
    for _ in range(8):
        seconds = wait(attempt(alice)) + 12  # since the last failure
        waits.append(seconds // 15 * 15)
        clock.shift(timedelta(seconds=seconds))
        assert wait(attempt(alice)) == 0
        clock.shift(timedelta(seconds=12))
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


@pytest.mark.parametrize("failures", [10, 30, 90])
def test_others_do_not_lock_an_account(app, alice, clock, failures):
    for number in range(failures):
        assert wait(attempt(alice, f"203.0.113.{number % 20}")) == 0
        clock.shift(timedelta(minutes=5))
    assert wait(attempt(alice, "198.51.100.1")) == 0


@pytest.mark.parametrize("failures", [10, 200])
def test_known_browser_is_spared_from_what_others_do(app, alice, clock, failures):
    rows = [LoginFailure(account=str(alice.id), sender=attempt(alice).sender) for _ in range(failures)]
    db.session.add_all(rows)
    db.session.commit()
    assert wait(attempt(alice)) > 0
    assert wait(attempt(alice, known=True)) == 0
    fail(attempt(alice, known=True), clock, 5, timedelta(seconds=1))
    assert wait(attempt(alice, known=True)) > 0


def test_burst_from_twenty_addresses_does_not_lock_an_account(app, alice, clock):
    waits = [wait(attempt(alice, f"203.0.113.{number % 20}")) for number in range(500)]
    assert waits.count(0) == 20 * 6
    assert wait(attempt(alice, "198.51.100.1")) == 0


def test_botnet_cannot_guess_without_end(app, alice, clock):
    allowed = 0
    for number in range(2000):  # one try a minute, each from an address of its own
        allowed += wait(attempt(alice, f"10.0.{number // 250}.{number % 250}")) == 0
        clock.shift(timedelta(minutes=1))
        if number == 1439:
            assert allowed <= login_limits.ACCOUNT_FREE + 24 * 12
    assert wait(attempt(alice, "198.51.100.1")) <= 300
    clock.shift(timedelta(minutes=5))
    assert wait(attempt(alice, "198.51.100.1")) == 0


@pytest.mark.parametrize("kind", ["one account", "many accounts", "unknown names"])
def test_sender_has_six_failures_a_minute(app, alice, clock, kind):
    def next_attempt(number):
        member = alice if kind == "one account" else None
        return attempt(member, name="nobody" if kind == "one account" else f"name{number}")

    assert [wait(next_attempt(number)) for number in range(6)] == [0] * 6
    assert 0 < wait(next_attempt(7)) <= 61
    assert wait(attempt(alice, "198.51.100.1")) == 0


def test_sender_has_thirty_failures_an_hour(app, clock):
    for number in range(30):
        assert wait(attempt(None, name=f"name{number}")) == 0
        clock.shift(timedelta(seconds=20))
    assert wait(attempt(None, name="name")) == 3600 - 30 * 20 + 1
    clock.shift(timedelta(hours=1))
    assert wait(attempt(None, name="name")) == 0


def test_right_passwords_are_not_counted(app, alice, clock):
    for _ in range(40):
        right = attempt(alice)
        assert wait(right) == 0
        login_limits.forget(right)
        db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(LoginFailure)) == 0


def test_right_password_of_one_account_does_not_forget_others(app, alice, bob, clock):
    fail(attempt(alice), clock, 5, timedelta(seconds=1))
    login_limits.count(attempt(bob))
    login_limits.forget(attempt(bob))
    db.session.commit()
    assert wait(attempt(alice)) == 0
    assert wait(attempt(bob)) > 0


def test_spellings_of_an_unknown_name_share_a_count(app, clock):
    attempts = {
        attempt(None, name=name).account for name in ("Nobody", "ｎｏｂｏｄｙ", "no body", "no\u200bbody")
    }
    assert len(attempts) == 1
    assert "nobody" not in attempts.pop()


def test_no_address_is_stored(app, alice, clock):
    wait(attempt(alice))
    wait(attempt(None))
    rows = db.session.execute(select(LoginFailure.account, LoginFailure.sender)).all()
    assert all("203.0.113" not in value and len(row.sender) == 64 for row in rows for value in row)
    assert Attempt.of(alice, "", "203.0.113.1", "another secret", known=False).sender != rows[0].sender


def test_old_failures_are_deleted(app, alice, clock):
    wait(attempt(alice))
    clock.shift(timedelta(days=1))
    wait(attempt(None))
    assert db.session.scalar(select(func.count()).select_from(LoginFailure)) == 1
