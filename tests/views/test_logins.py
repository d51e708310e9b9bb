"""Logging in and out."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from database import db
from lib.web.passwords import hash_password
from models import Login, Member, now

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


def wrong(app, name, address="203.0.113.9", times=1):
    """The statuses of wrong passwords from a browser without cookies."""
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = address
    return [log_in(browser, name, "추측").status_code for _ in range(times)]


def test_seventh_wrong_password_in_a_minute_has_to_wait(client, alice):
    for _ in range(6):
        assert log_in(client, password="추측").status_code == 422
    response = log_in(client)
    assert response.status_code == 429
    assert "분 뒤에" in response.text
    assert 0 < int(response.headers["Retry-After"]) <= 61
    assert 'value="alice"' in response.text
    with time_machine.travel(now() + timedelta(minutes=2)):
        assert log_in(client).status_code == 303


@pytest.mark.parametrize("name", ["editor", "EDITOR@example.com"])
def test_others_cannot_lock_the_editor_out(client, app, editor, name):
    editor.password_hash = HASH
    db.session.commit()
    for number in range(4):
        assert wrong(app, name, f"203.0.113.{number}", 7) == [422] * 6 + [429]
    assert log_in(client, "editor").status_code == 303


def test_known_browser_is_spared_at_the_same_address(client, app, alice):
    log_in(client)
    client.send("/logout")
    assert 429 in wrong(app, "alice", "127.0.0.1", 7)
    assert log_in(app.test_client()).status_code == 429
    assert log_in(client, "alice@example.com").status_code == 303


def test_name_and_address_share_one_count(app, alice):
    names = ["alice", "Alice@Example.com", "ALICE", "alice+x@example.com", "ａｌｉｃｅ", "alice@example.com"]
    assert [wrong(app, name)[0] for name in names] == [422] * 6
    assert wrong(app, "alice") == [429]


def test_known_and_unknown_names_get_the_same_answers(app, alice):
    assert wrong(app, "alice", "203.0.113.1", 8) == wrong(app, "nobody", "203.0.113.2", 8)


def test_right_passwords_of_one_address_are_not_counted(app, alice):
    assert [log_in(app.test_client()).status_code for _ in range(40)] == [303] * 40


def known_cookie(response):
    return next(c for c in response.headers.getlist("Set-Cookie") if c.startswith("maeul_known="))


def test_login_sets_a_cookie_for_the_login_page_that_names_nobody(client, app, alice):
    cookie = known_cookie(log_in(client))
    for part in ("HttpOnly", "SameSite=Lax", "Path=/login", "Max-Age=31536000"):
        assert part in cookie
    assert "Secure" not in cookie
    assert "alice" not in cookie
    same = known_cookie(log_in(app.test_client()))
    assert same.split("=")[1].split(".")[0] == cookie.split("=")[1].split(".")[0]


def test_known_cookie_is_secure_on_an_https_site(make_app, paper, alice):
    browser = make_app(site_url="https://paper.example").test_client()
    with browser.session_transaction(base_url="https://paper.example"):
        pass
    assert "Secure" in _https_login(browser)


def _https_login(browser):
    base = {"base_url": "https://paper.example"}
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/login", **base).text)[1]
    fields = {"csrf_token": token, "username": "alice", "password": PASSWORD}
    headers = {"Referer": "https://paper.example/login"}
    return known_cookie(browser.post("/login", data=fields, headers=headers, **base))


@pytest.mark.parametrize("path", ["/", "/login", "/join"])
def test_guests_get_no_known_cookie(client, path):
    assert "maeul_known" not in str(client.get(path).headers)
    assert "maeul_known" not in str(log_in(client).headers)


@pytest.mark.parametrize("cookie", ["x", "WyJhIl0.x.y", "\x00", "W10", "é" * 300])
def test_forged_known_cookie_changes_nothing(client, app, alice, cookie):
    wrong(app, "alice", "127.0.0.1", 6)
    client.set_cookie("maeul_known", cookie, path="/login")
    assert log_in(client).status_code == 429


def test_new_password_forgets_known_browsers(client, app, alice):
    log_in(client)
    client.send("/logout")
    alice.password_hash = hash_password("은행나무 아래 벤치")
    db.session.commit()
    wrong(app, "alice", "127.0.0.1", 6)
    assert log_in(client, password="은행나무 아래 벤치").status_code == 429


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
    assert statuses == [422] * 6 + [429] * 10


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
