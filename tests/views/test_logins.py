"""Logging in and out."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from sqlalchemy import func, select

from database import db
from lib.web.passwords import hash_password
from models import Login, Member

PASSWORD = "느티나무 아래 벤치"
HASH = hash_password(PASSWORD)


@pytest.fixture
def alice(alice):
    alice.password_hash = HASH
    db.session.commit()
    return alice


@pytest.fixture(autouse=True)
def _paper(paper):
    pass


def log_in(client, name="alice", password=PASSWORD, **fields):
    return client.send("/login", username=name, password=password, **fields)


def is_in(client):
    return client.get("/me").status_code == 200


def logins():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Login))


def test_login_page_has_these_fields(client):
    page = client.get("/login?next=/sections/local")
    assert page.status_code == 200
    assert 'value="/sections/local"' in page.text
    for name in ("username", "password", "remember", "next", "csrf_token"):
        assert f'name="{name}"' in page.text
    assert "data-dialog-part" in page.text


@pytest.mark.parametrize(
    "name", ["alice", "ALICE", "ａｌｉｃｅ", " alice ", "alice@example.com", "Alice@Example.com"]
)
def test_username_and_address_log_in_in_any_case_and_width(client, alice, name):
    response = log_in(client, name, next="/sections/local")
    assert response.status_code == 303
    assert response.location == "/sections/local"
    assert is_in(client)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("alice", "틀린 비밀번호"),
        ("nobody", PASSWORD),
        ("느티나무", PASSWORD),
        ("\x00", "\x00"),
        ("a" * 5000, "b" * 5000),
    ],
)
def test_wrong_name_and_wrong_password_get_the_same_answer(client, alice, name, password):
    response = log_in(client, name, password)
    assert response.status_code == 422
    assert "아이디 또는 비밀번호가 맞지 않습니다." in response.text
    assert password not in response.text or len(password) < 2
    assert not is_in(client)


def test_typed_fields_stay_except_the_password(client, alice):
    page = log_in(client, "alice", "틀린-비밀번호", remember="y", next="/visitors").text
    assert 'value="alice"' in page
    assert 'value="/visitors"' in page
    assert "checked" in page
    assert "틀린-비밀번호" not in page


@pytest.mark.parametrize("fields", [{}, {"username": "alice"}, {"password": "x"}])
def test_missing_fields_are_refused(client, fields):
    assert client.send("/login", **fields).status_code == 422


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "////evil.example",
        "https:///evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "\t//evil.example",
        "/\tx",
        "https://evil.example",
        "",
    ],
)
def test_next_stays_on_this_site(client, alice, evil):
    assert log_in(client, next=evil).location == "/"


@pytest.mark.parametrize("path", ["/login", "/join", "/login?next=/login", "/logout"])
def test_next_is_never_a_login_page(client, alice, path):
    assert log_in(client, next=path).location == "/"


def test_missing_csrf_token_is_refused(client, alice):
    assert client.post("/login", data={"username": "alice", "password": PASSWORD}).status_code == 400
    assert logins() == 0


def test_login_without_remember_has_no_lasting_cookie_and_expires(client, alice):
    response = log_in(client)
    assert not any("maeul_remember" in cookie for cookie in response.headers.getlist("Set-Cookie"))
    with time_machine.travel("2099-01-01T00:00:00Z"):
        assert not is_in(client)


def test_remembered_login_survives_the_session_cookie(client, alice):
    response = log_in(client, remember="y")
    cookie = next(cookie for cookie in response.headers.getlist("Set-Cookie") if "maeul_remember" in cookie)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    client.delete_cookie("maeul")
    assert is_in(client)
    client.send("/logout")
    assert not is_in(client)


def test_logout_invalidates_a_copied_cookie(client, app, alice):
    log_in(client)
    copy = client.get_cookie("maeul").value
    response = client.send("/logout", next="/visitors")
    assert (response.status_code, response.location) == (303, "/visitors")
    assert not is_in(client)
    client.set_cookie("maeul", copy)
    assert not is_in(client)
    assert logins() == 0


def test_logout_needs_post_and_csrf_token(client, alice):
    log_in(client)
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 400
    assert is_in(client)


def test_logout_of_a_guest_redirects(client):
    assert client.send("/logout").status_code == 303


def test_login_starts_a_new_session(client, alice):
    client.get("/login")
    with client.session_transaction() as session:
        session["planted"] = "x"
    log_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["_user_id"]


def test_database_stores_no_login_token(client, alice):
    log_in(client)
    with client.session_transaction() as session:
        token = session["_user_id"]
    assert db.session.scalar(select(Login.token_digest)) != token


def test_login_page_redirects_a_member(client, alice):
    client.log_in(alice)
    response = client.get("/login?next=/visitors")
    assert (response.status_code, response.location) == (303, "/visitors")


def test_login_as_another_member_ends_the_first_login(client, alice, bob):
    client.log_in(bob)
    assert log_in(client).status_code == 303
    assert "느티나무" in client.get("/me").text
    assert logins() == 1


def test_ten_wrong_passwords_lock_the_name_for_15_minutes(client, app, alice):
    alice_hash, alice.password_hash = alice.password_hash, "!"  # never matches
    db.session.commit()
    for _ in range(10):
        assert log_in(client).status_code == 422
    alice.password_hash = alice_hash
    db.session.commit()
    response = log_in(client)
    assert response.status_code == 429
    assert "15분" in response.text
    assert int(response.headers["Retry-After"]) == 15 * 60
    assert 'value="alice"' in response.text
    with time_machine.travel("2099-01-01T00:00:00Z"):
        client.delete_cookie("maeul")
        assert log_in(client).status_code == 303


def test_member_who_left_cannot_log_in(client, alice):
    alice.leave()
    db.session.commit()
    assert log_in(client).status_code == 422
    assert db.session.scalar(select(Member.username)) == f"left-{alice.id}"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/login").status_code in (400, 405)


def test_parallel_attempts_are_all_counted(app, alice):
    alice.password_hash = "!"
    db.session.commit()

    def guess(_):
        return app.test_client().send("/login", username="alice", password="x").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(guess, range(16)))
    assert statuses == [422] * 10 + [429] * 6


def test_csrf_token_of_any_page_is_valid_in_its_own_session_only(app, alice, bob, post):
    def token_of(browser, path):
        return re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)[0]

    own, other = app.test_client().log_in(alice), app.test_client().log_in(bob)
    tokens = [token_of(own, "/"), token_of(own, f"/posts/{post.id}")]
    assert token_of(other, "/") not in tokens
    assert other.post("/logout", data={"csrf_token": tokens[0]}).status_code == 400
    assert is_in(other)
    answer = own.post(f"/posts/{post.id}/comments", data={"csrf_token": tokens[0], "body": "글"})
    assert answer.status_code == 303
    assert own.post("/logout", data={"csrf_token": tokens[1]}).status_code == 303
    assert not is_in(own)
