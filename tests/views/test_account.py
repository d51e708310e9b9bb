"""A member's own page."""

from datetime import timedelta

import letters
import pytest
import time_machine
from sqlalchemy import func, select

from database import db
from domain.mail.models import Mail
from domain.neighbours import membership, nicknames
from domain.neighbours.models import Consent
from lib.web.passwords import hash_password, verify_password
from models import Login, Member, now

PASSWORD = "느티나무 아래 벤치"
NEW = "은행나무 아래 벤치"
HASH = hash_password(PASSWORD)
PAGES = (
    "/me", "/me/nickname", "/me/notifications", "/me/visibility", "/me/password", "/me/logins",
    "/me/comments", "/me/scraps", "/me/reports", "/me/consents", "/me/data", "/me/data.json", "/me/leaving",
)  # fmt: skip
POSTS = (
    "/me/nickname", "/me/notifications", "/me/visibility", "/me/password", "/me/logins/delete",
    "/me/logins/1/delete", "/me/scraps/1/delete", "/me/consents", "/me/consents/marketing", "/me/leaving",
)  # fmt: skip


@pytest.fixture
def alice(alice, paper):
    alice.password_hash = HASH
    db.session.commit()
    return alice


def logins():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Login))


def test_the_overview_leads_to_every_page(client, alice):
    db.session.add(Consent(member=alice, document="terms", version=7))
    db.session.commit()
    overview = client.log_in(alice).get("/me").text
    assert "느티나무" in overview
    assert "alice@example.com" in overview
    for path in PAGES[1:]:
        assert client.get(path).status_code == 200, path
        assert f'href="{path}"' in overview or path == "/me/data.json"
    assert "7판에 동의" in client.get("/me/consents").text


def test_guests_are_asked_to_log_in(client, paper):
    for path in PAGES:
        response = client.get(path)
        assert (response.status_code, response.location) == (302, f"/login?next={path}")
    for path in POSTS:
        assert client.send(path, password=PASSWORD).status_code == 401, path


def test_what_changes_something_is_a_post_with_a_token(client, alice):
    client.log_in(alice)
    for path in POSTS:
        assert client.post(path, data={"password": PASSWORD}).status_code == 400, path
    for path in ("/me/logins/delete", "/me/logins/1/delete", "/me/scraps/1/delete", "/me/consents/marketing"):
        assert client.get(path).status_code == 405, path
    for path in ("/me/comments", "/me/scraps", "/me/reports", "/me/data", "/me/data.json"):
        assert client.send(path).status_code == 405, path


def test_being_listed_is_switched_on_and_off(client, alice):
    client.log_in(alice)
    assert client.send("/me/visibility", shown_online="y").status_code == 303
    assert db.session.scalar(select(Member.shown_online_at))
    assert client.send("/me/visibility").status_code == 303
    assert db.session.scalar(select(Member.shown_online_at)) is None


def test_new_password_ends_all_other_logins_and_its_owner_is_told(client, app, mail_on, alice, paper):
    paper.telephone = "02-000-0000"
    db.session.commit()
    other = app.test_client().log_in(alice)
    client.log_in(alice)
    response = client.send("/me/password", current_password=PASSWORD, password=NEW, password_confirm=NEW)
    assert response.status_code == 303
    assert verify_password(db.session.scalar(select(Member.password_hash)), NEW)
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 302
    (letter,) = letters.waiting("alice@example.com")
    assert letter["subject"] == "비밀번호가 바뀌었습니다"
    assert "02-000-0000" in letter["paragraphs"][-1]
    assert NEW not in str(letter)
    assert not db.session.scalar(select(Mail.topic))  # the answer to an act: nobody unsubscribes from it


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
def test_refused_password_changes_nothing(client, mail_on, alice, fields):
    response = client.log_in(alice).send("/me/password", **fields)
    assert response.status_code == 422
    assert 'class="error"' in response.text
    assert PASSWORD not in response.text
    db.session.rollback()
    assert db.session.scalar(select(Member.password_hash)) == HASH
    assert not letters.waiting()


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


def test_one_login_is_ended_and_only_an_own_one(client, app, alice, bob):
    phone, stranger = app.test_client().log_in(alice), app.test_client().log_in(bob)
    client.log_in(alice)
    page = client.get("/me/logins").text
    assert page.count(">지금 이 기기<") == 1
    ids = {login.member_id: login.id for login in db.session.scalars(select(Login).order_by(Login.id))}
    assert f"/me/logins/{ids[bob.id]}/delete" not in page
    for login_id in (ids[bob.id], 999, 2**80):
        assert client.send(f"/me/logins/{login_id}/delete").status_code == 404
    first = db.session.scalar(select(Login.id).where(Login.member_id == alice.id).order_by(Login.id).limit(1))
    assert client.send(f"/me/logins/{first}/delete").location == "/me/logins"
    assert [browser.get("/me").status_code for browser in (client, phone, stranger)] == [200, 302, 200]
    assert client.send(f"/me/logins/{ids[alice.id]}/delete").location == "/login"
    assert client.get("/me").status_code == 302


def test_a_nickname_is_changed_once_in_thirty_days(client, alice, bob, post):
    comment = post.comment("안녕하세요", alice)
    db.session.commit()
    client.log_in(alice)
    for refused in ("", "x", "은행나무", "은행 나무", "편집장", "느티나무", "<b>", "가" * 90):
        response = client.send("/me/nickname", nickname=refused)
        assert response.status_code == 422, refused
        assert 'class="error"' in response.text
    assert client.send("/me/nickname", nickname="버드나무").status_code == 303
    page = client.get(comment.address).text
    assert "버드나무" in page
    assert "느티나무" not in page
    assert client.send("/me/nickname", nickname="소나무").status_code == 422
    assert "다음에 바꿀 수 있는 때" in client.get("/me/nickname").text
    former = nicknames.history(db.session.get_one(Member, alice.id))
    assert [row.nickname for row in former] == ["느티나무"]
    # Nobody takes over what readers still know somebody by.
    assert "nickname" in membership.problems("third", "느티나무", "third@example.com")
    with time_machine.travel(now() + timedelta(days=31)):
        client.log_in(alice)
        assert client.send("/me/nickname", nickname="소나무").status_code == 303
        assert membership.problems("third", "느티나무", "third@example.com") == {}


def test_a_banned_member_keeps_the_nickname(client, banned, paper):
    response = client.log_in(banned).send("/me/nickname", nickname="버드나무")
    assert response.status_code == 403
    assert banned.ban_reason in response.text
    assert {client.get(path).status_code for path in PAGES} == {200}


def test_notifications_are_chosen(client, alice, editor):
    client.log_in(alice)
    assert "편집실에 기다리는" not in client.get("/me/notifications").text
    client.send("/me/notifications", wants_reply_mail="y", wants_digest="")
    db.session.refresh(alice)
    assert (alice.wants_reply_mail, alice.wants_digest) == (True, True)
    client.send("/me/notifications")
    client.log_in(editor).send("/me/notifications")
    db.session.refresh(alice), db.session.refresh(editor)
    assert (alice.wants_reply_mail, editor.wants_digest) == (False, False)


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
