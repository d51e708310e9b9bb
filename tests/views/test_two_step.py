"""Two-step login: switching it on and off, and logging in with it."""

import re
from datetime import timedelta

import letters
import pyotp
import pytest
import time_machine
from sqlalchemy import func, select

from database import db
from domain.neighbours import two_step
from domain.neighbours.models import PendingLogin, RecoveryCode, TwoStep
from lib.web.passwords import hash_password
from models import Login, Member, now

PASSWORD = "느티나무 아래 벤치"
HASH = hash_password(PASSWORD)
MOMENT = "2026-11-30 10:00:15+00:00"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MOMENT, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def alice(alice, paper):
    alice.password_hash = HASH
    db.session.commit()
    return alice


@pytest.fixture
def codes(alice):
    """The recovery codes of alice, whose two-step login is on; the secret is `SECRET`."""
    codes = two_step.switch_on(alice, SECRET, code())
    db.session.get(TwoStep, alice.id).last_step = 0
    db.session.commit()
    return codes


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(seconds=0, secret=SECRET):
    return pyotp.TOTP(secret).at(now() + timedelta(seconds=seconds))


def log_in(client, **fields):
    return client.send("/login", username="alice", password=PASSWORD, **fields)


def second(client, typed, **fields):
    return client.send("/login/second-step", code=typed, **fields)


def is_in(client):
    return client.get("/me").status_code == 200


def is_on(member):
    db.session.rollback()
    return two_step.is_on(member)


def setup_of(page):
    return (
        re.search(r'name="setup_token"[^>]*value="([^"]+)"', page)[1],
        re.search(r"secret=([A-Z2-7]+)", page)[1],
    )


def switch_on(client, typed=None, password=PASSWORD, token=None):
    found, secret = setup_of(client.get("/me/two-step").text)
    fields = {"code": typed or code(secret=secret), "setup_token": found if token is None else token}
    return client.send("/me/two-step", password=password, **fields)


def test_it_is_switched_on_by_a_code_and_other_logins_end(client, app, alice):
    other = app.test_client().log_in(alice)
    page = client.log_in(alice).get("/me/two-step")
    assert "no-store" in page.headers["Cache-Control"]
    assert 'src="data:image/svg+xml' in page.text
    assert not is_on(alice)
    answer = switch_on(client)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    shown = re.findall(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", answer.text)
    assert len(set(shown)) == 10
    assert is_on(alice)
    assert is_in(client)
    assert not is_in(other)
    assert not set(shown) & set(db.session.scalars(select(RecoveryCode.code_digest)))
    page = client.get("/me/two-step").text
    assert not any(code in page for code in shown)
    assert "남은 복구 코드는 10개" in page


def test_it_stays_off_after_wrong_input(client, app, alice, bob):
    client.log_in(alice)
    foreign, _secret = setup_of(app.test_client().log_in(bob).get("/me/two-step").text)
    for fields in ({"typed": "123"}, {"password": "틀림"}, {"token": foreign}, {"token": "x"}, {"token": ""}):
        answer = switch_on(client, **fields)
        assert answer.status_code == 422
        assert PASSWORD not in answer.text
    first, secret = setup_of(client.get("/me/two-step").text)
    again = client.send("/me/two-step", code="000000", password=PASSWORD, setup_token=first)
    assert setup_of(again.text)[1] == secret  # the picture that was scanned stays
    with time_machine.travel(now() + timedelta(hours=2)):
        late = client.send("/me/two-step", code=code(secret=secret), password=PASSWORD, setup_token=first)
    assert late.status_code == 422
    assert not is_on(alice)


def test_login_asks_for_the_code_and_keeps_next(client, alice, codes):
    page = log_in(client, next="/sections/local", remember="y")
    assert (page.status_code, page.location) == (303, "/login/second-step?next=/sections/local")
    assert not is_in(client)
    assert not db.session.scalar(select(func.count()).select_from(Login))
    form = client.get(page.location)
    assert 'value="/sections/local"' in form.text
    assert "data-dialog-part" in form.text
    assert second(client, "000000", next="/sections/local").status_code == 422
    answer = second(client, f" {code()[:3]} {code()[3:]}", next="/sections/local")
    assert (answer.status_code, answer.location) == (303, "/sections/local")
    assert is_in(client)
    assert db.session.scalar(select(Login.expires_at)) - now() > timedelta(days=29)
    assert not db.session.scalar(select(func.count()).select_from(PendingLogin))


def test_codes_are_valid_once_and_a_step_around(client, app, clock, alice, codes):
    def try_code(typed):
        browser = app.test_client()
        log_in(browser)
        return second(browser, typed).status_code

    assert try_code(code(-60)) == 422
    assert try_code(code(60)) == 422
    assert try_code(code(-30)) == 303
    assert try_code(code(-30)) == 422
    assert try_code(code(30)) == 303
    assert try_code(code()) == 422  # older than one that was used
    assert try_code(codes[0].lower().replace("-", " ")) == 303
    assert try_code(codes[0]) == 422
    clock.shift(600)
    assert try_code(code()) == 303


def test_wrong_codes_are_limited(client, alice, codes):
    log_in(client)
    statuses = [second(client, f"{number:06}").status_code for number in range(7)]
    assert statuses == [422] * 6 + [429]
    limited = second(client, code())
    assert limited.status_code == 429
    assert int(limited.headers["Retry-After"]) > 0
    assert not is_in(client)


def test_second_step_belongs_to_a_browser_and_ends(client, app, clock, alice, codes):
    stranger = app.test_client()
    assert stranger.get("/login/second-step?next=/tips/new").location == "/login?next=/tips/new"
    assert second(stranger, code()).location == "/login"
    assert not is_in(stranger)
    log_in(client)
    assert second(client, "").status_code == 422
    assert client.post("/login/second-step", data={"code": code()}).status_code == 400
    clock.shift(601)
    assert second(client, code()).location == "/login"
    log_in(client)
    with client.session_transaction() as session:
        kept = session["pending_login"]
    assert second(client, code()).status_code == 303
    client.send("/logout")
    with client.session_transaction() as session:
        session["pending_login"] = kept
    clock.shift(300)
    assert second(client, code()).location == "/login"  # a login that is done cannot be done again
    assert not is_in(client)


@pytest.mark.parametrize("change", ["closed", "password", "left"])
def test_what_happens_between_the_steps_counts(client, app, alice, codes, change):
    log_in(client)
    if change == "closed":
        alice.closed_at = now()
    elif change == "left":
        app.test_client().log_in(alice).send("/me/leaving", password=PASSWORD)
    else:
        new = {"password": "은행나무 아래 벤치", "password_confirm": "은행나무 아래 벤치"}
        app.test_client().log_in(alice).send("/me/password", current_password=PASSWORD, **new)
    db.session.commit()
    assert second(client, code()).status_code in (303, 403)
    assert not is_in(client)
    assert db.session.scalar(select(func.count()).select_from(TwoStep)) == (change != "left")


def test_switching_off_asks_for_password_and_code(client, mail_on, alice, codes):
    client.log_in(alice)
    for fields in ({"password": PASSWORD, "code": "1"}, {"password": "틀림", "code": code()}, {}):
        assert client.send("/me/two-step/deletion", **fields).status_code == 422
        assert client.send("/me/two-step/codes", **fields).status_code == 422
    assert switch_is_refused(client)
    renewed = client.send("/me/two-step/codes", password=PASSWORD, code=codes[0])
    assert renewed.status_code == 200
    assert client.send("/me/two-step/deletion", password=PASSWORD, code=codes[1]).status_code == 422
    assert is_on(alice)
    assert client.send("/me/two-step/deletion", password=PASSWORD, code=code()).status_code == 303
    assert not is_on(alice)
    assert not db.session.scalar(select(func.count()).select_from(RecoveryCode))
    assert letters.waiting("alice@example.com")[-1]["subject"] == "2단계 로그인을 껐습니다"


def switch_is_refused(client):
    """Whether it cannot be switched on with another secret while it is on."""
    return client.send("/me/two-step", password=PASSWORD, code=code(), setup_token="x").status_code == 422


def test_guests_and_other_methods(client, alice):
    assert client.get("/me/two-step").status_code == 302
    for path in ("/me/two-step", "/me/two-step/codes", "/me/two-step/deletion"):
        assert client.send(path).status_code == 401
    client.log_in(alice)
    assert client.get("/me/two-step/codes").status_code == 405
    assert client.get("/me/two-step/deletion").status_code == 405


def test_desk_recommends_it_until_it_is_on(client, editor):
    client.log_in(editor)
    assert "2단계 로그인으로" in client.get("/desk/").text
    db.session.add(TwoStep(member_id=editor.id, secret=SECRET))
    db.session.commit()
    assert "2단계 로그인으로" not in client.get("/desk/").text


def test_command_switches_it_off_for_a_locked_out_editor(app, editor, alice, codes):
    run = lambda *words: app.test_cli_runner().invoke(args=["editor", "two-step-off", *words])  # noqa: E731
    assert run().exit_code == 1  # the editor's is not on
    assert run("--username", "nobody").exit_code == 1
    done = run("--username", "alice")
    assert done.exit_code == 0, done.output
    assert not is_on(db.session.get(Member, alice.id))
