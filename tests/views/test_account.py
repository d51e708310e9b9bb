"""A member's own page."""

import pytest
from sqlalchemy import func, select

from database import db
from domain.neighbours import membership
from lib.web.passwords import hash_password, verify_password
from models import Consent, Login, Member

PASSWORD = "느티나무 아래 벤치"
NEW = "은행나무 아래 벤치"
HASH = hash_password(PASSWORD)
POSTS = ("/me/visibility", "/me/password", "/me/logins/delete", "/me/leaving")


@pytest.fixture
def alice(alice, paper):
    alice.password_hash = HASH
    db.session.commit()
    return alice


def logins():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Login))


def test_page_shows_the_stored_data(client, alice):
    alice.consents.append(Consent(document="terms", version=7))
    db.session.commit()
    page = client.log_in(alice).get("/me").text
    for words in ("느티나무", "alice@example.com", "7판에 동의", "회원가입약관"):
        assert words in page


@pytest.mark.parametrize("path", ["/me", "/me/leaving"])
def test_guest_is_redirected_to_the_login_page(client, paper, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response.location.startswith("/login?next=/me")


@pytest.mark.parametrize("path", POSTS)
def test_posts_of_a_guest_get_401(client, paper, path):
    assert client.send(path, password=PASSWORD).status_code == 401


@pytest.mark.parametrize("path", POSTS)
def test_missing_csrf_token_is_refused(client, alice, path):
    assert client.log_in(alice).post(path, data={"password": PASSWORD}).status_code == 400


@pytest.mark.parametrize("path", ["/me/visibility", "/me/password", "/me/logins/delete"])
def test_get_is_not_allowed_for_changes(client, alice, path):
    assert client.log_in(alice).get(path).status_code == 405


def test_being_listed_is_switched_on_and_off(client, alice):
    client.log_in(alice)
    assert client.send("/me/visibility", shown_online="y").status_code == 303
    assert db.session.scalar(select(Member.shown_online_at))
    assert client.send("/me/visibility").status_code == 303
    assert db.session.scalar(select(Member.shown_online_at)) is None


def test_new_password_ends_all_other_logins(client, app, alice):
    other = app.test_client().log_in(alice)
    client.log_in(alice)
    response = client.send("/me/password", current_password=PASSWORD, password=NEW, password_confirm=NEW)
    assert response.status_code == 303
    assert verify_password(db.session.scalar(select(Member.password_hash)), NEW)
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 302


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"current_password": "틀린 비밀번호", "password": NEW, "password_confirm": NEW},
        {"current_password": PASSWORD, "password": NEW, "password_confirm": "다른 비밀번호"},
        {"current_password": PASSWORD, "password": "short", "password_confirm": "short"},
        {
            "current_password": PASSWORD,
            "password": "alice@example.com",
            "password_confirm": "alice@example.com",
        },
    ],
)
def test_refused_password_changes_nothing(client, alice, fields):
    response = client.log_in(alice).send("/me/password", **fields)
    assert response.status_code == 422
    assert 'class="error"' in response.text
    assert PASSWORD not in response.text
    db.session.rollback()
    assert db.session.scalar(select(Member.password_hash)) == HASH


def test_logging_out_everywhere_ends_the_current_login_too(client, app, alice):
    other = app.test_client().log_in(alice)
    response = client.log_in(alice).send("/me/logins/delete")
    assert response.status_code == 303
    assert client.get("/me").status_code == 302
    assert other.get("/me").status_code == 302
    assert logins() == 0


def test_logins_of_other_members_stay(client, app, alice, bob):
    other = app.test_client().log_in(bob)
    client.log_in(alice).send("/me/logins/delete")
    assert other.get("/me").status_code == 200


def test_leaving_frees_the_names(client, alice):
    response = client.log_in(alice).send("/me/leaving", password=PASSWORD)
    assert response.status_code == 303
    assert client.get("/me").status_code == 302
    member = db.session.scalars(select(Member)).one()
    assert member.left_at
    assert "alice" not in (member.username, member.email)
    assert membership.problems("alice", "느티나무", "alice@example.com") == {}


@pytest.mark.parametrize("fields", [{}, {"password": "틀린 비밀번호"}, {"password": "\x00"}])
def test_leaving_needs_the_password(client, alice, fields):
    response = client.log_in(alice).send("/me/leaving", **fields)
    assert response.status_code == 422
    assert client.get("/me").status_code == 200


def test_editor_cannot_leave(client, paper, editor):
    editor.password_hash = HASH
    db.session.commit()
    client.log_in(editor)
    assert "편집인은 탈퇴할 수 없습니다." in client.get("/me/leaving").text
    response = client.send("/me/leaving", password=PASSWORD)
    assert response.status_code == 422
    assert "편집인은 탈퇴할 수 없습니다." in response.text
    assert client.get("/me").status_code == 200


def test_password_attempts_within_a_login_are_limited(client, alice):
    alice.password_hash = "!"
    db.session.commit()
    client.log_in(alice)
    statuses = {client.send("/me/leaving", password="추측").status_code for _ in range(11)}
    assert statuses == {422, 429}
