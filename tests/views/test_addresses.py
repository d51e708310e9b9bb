"""Confirming an e-mail address, and changing it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import letters
import pytest
import time_machine
from sqlalchemy import func, select

from database import db
from domain.mail.models import Mail
from domain.neighbours import confirming
from domain.neighbours.models import AccountLink
from lib.web.passwords import hash_password
from models import Comment, Member, now

PASSWORD = "느티나무 아래 벤치"
HASH = hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def alice(alice, paper):
    alice.password_hash = HASH
    db.session.commit()
    return alice


def member(alice):
    db.session.rollback()
    return db.session.get(Member, alice.id)


def change(client, email, password=PASSWORD):
    return client.send("/me/email", email=email, password=password)


def test_unconfirmed_member_comments_after_pressing_the_button(client, app, mail_on, alice, post):
    client.log_in(alice)
    comments = f"/posts/{post.id}/comments"
    refused = client.send(comments, body="첫 댓글")
    assert refused.status_code == 403
    assert "먼저 이메일 주소를 확인해 주세요" in refused.text
    assert "첫 댓글" in refused.text  # what was typed is kept
    assert "확인 전" in client.get("/me/email").text
    assert client.send("/me/email/confirmation").status_code == 303
    path = letters.path("alice@example.com")
    guest = app.test_client()
    page = guest.get(path)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert path.rpartition("/")[2] not in page.text
    assert member(alice).email_confirmed_at is None  # a program that opens links confirms nothing
    assert guest.send(path).status_code == 303
    assert member(alice).email_confirmed_at
    assert guest.get(path).status_code == guest.send(path).status_code == 410
    assert client.send(comments, body="첫 댓글").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 1


def test_an_earlier_comment_is_not_rewritten_before_confirming(client, mail_on, alice, post):
    comment = post.comment("먼저 쓴 글", alice)
    db.session.commit()
    answer = client.log_in(alice).send(f"/comments/{comment.id}", body="다른 글")
    assert (answer.status_code, "다른 글" in answer.text) == (403, True)  # what was typed is kept
    db.session.refresh(comment)
    assert comment.body == "먼저 쓴 글"


def test_who_need_not_confirm(client, make_app, mail_on, alice, editor, post):
    assert confirming.is_unconfirmed(alice)
    assert not confirming.is_unconfirmed(editor)
    alice.email_confirmed_at = now()
    db.session.commit()
    assert client.log_in(alice).send("/me/email/confirmation").status_code == 303
    assert not letters.waiting()
    make_app()  # without mail
    alice.email_confirmed_at = None
    assert not confirming.is_unconfirmed(alice)


def test_setting_lets_unconfirmed_members_comment(make_app, alice, post):
    app = make_app(unconfirmed_may_comment=True, smtp_host="127.0.0.1", mail_from="news@paper.example")
    browser = app.test_client().log_in(alice)
    assert browser.send(f"/posts/{post.id}/comments", body="첫 댓글").status_code == 303


def test_mails_are_limited(client, mail_on, alice):
    client.log_in(alice)
    statuses = [client.send("/me/email/confirmation").status_code for _ in range(5)]
    assert statuses == [303] * 4 + [429]
    assert len(letters.waiting()) == 4
    with time_machine.travel(now() + timedelta(days=4)):
        assert client.get(letters.path()).status_code == 410


def test_address_is_changed_by_the_button_and_the_old_one_is_told(client, app, mail_on, alice):
    client.log_in(alice).send("/me/email/confirmation")
    old = letters.path("alice@example.com")
    assert change(client, "Neuti@example.org").status_code == 303
    path = letters.path("Neuti@example.org")
    assert client.get(path).status_code == 200
    assert member(alice).email == "alice@example.com"
    assert client.send(path).status_code == 303
    changed = member(alice)
    assert (changed.email, changed.email_key) == ("Neuti@example.org", "neuti@example.org")
    assert changed.email_confirmed_at
    assert letters.waiting("alice@example.com")[-1]["subject"] == "이메일 주소가 바뀌었습니다"
    assert app.test_client().send(old).status_code == 410  # sent to the old address
    assert not db.session.scalar(select(func.count()).select_from(AccountLink))


def test_taken_address_gets_the_same_answer_and_its_owner_a_mail(client, mail_on, alice, bob):
    client.log_in(alice)
    answers = [change(client, email) for email in ("bob@example.com", "free@example.com")]
    assert {(a.status_code, a.location) for a in answers} == {(303, "/me/email")}
    (letter,) = letters.waiting("bob@example.com")
    assert letter["path"] == "/login"
    assert "/email/" not in str(letter)
    assert member(alice).email == "alice@example.com"


def test_address_that_somebody_takes_meanwhile_is_refused(client, mail_on, alice, bob):
    change(client.log_in(alice), "new@example.com")
    bob.name_as("bob", "은행나무", "new@example.com")
    db.session.commit()
    answer = client.send(letters.path("new@example.com"))
    assert answer.status_code == 409
    assert "쓸 수 없는 주소입니다" in answer.text
    assert member(alice).email == "alice@example.com"


def test_without_mail_the_address_changes_at_once(client, alice, bob):
    client.log_in(alice)
    assert change(client, "bob@example.com").status_code == 409
    assert change(client, "new@example.com").status_code == 303
    assert member(alice).email == "new@example.com"
    assert not db.session.scalar(select(func.count()).select_from(Mail))


def test_wrong_input_changes_nothing(client, app, mail_on, alice):
    assert client.get("/me/email").status_code == 302
    assert change(client, "new@example.com").status_code == 401
    assert client.send("/me/email/confirmation").status_code == 401
    client.log_in(alice)
    wrong = [("new@example.com", "틀림"), ("keine", PASSWORD), ("", ""), ("alice@example.com", PASSWORD)]
    for email, password in wrong:
        answer = change(client, email, password)
        assert answer.status_code == 422
        assert 'class="error"' in answer.text
        assert PASSWORD not in answer.text
    assert 'value="new@example.com"' in change(client, "new@example.com", "틀림").text
    assert client.post("/me/email", data={}).status_code == 400
    assert client.get("/me/email/confirmation").status_code == 405
    for token in ("x", "é", "1" * 4000):
        assert client.get(f"/email/{token}").status_code == client.send(f"/email/{token}").status_code == 410
    assert not letters.waiting()


def test_two_members_who_confirm_one_address_at_once(app, client, mail_on, alice, bob):
    bob.password_hash = HASH
    db.session.commit()
    paths = []
    for person in (alice, bob):
        change(app.test_client().log_in(person), "new@example.com")
        paths.append(letters.path("new@example.com"))

    def press(path):
        return app.test_client().send(path).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, paths)) == [303, 409]
    db.session.rollback()
    having = select(func.count()).where(Member.email_key == "new@example.com")
    assert db.session.scalar(having) == 1


def test_banned_member_confirms_and_changes_the_address(client, mail_on, alice):
    alice.banned_until = now() + timedelta(days=1)
    db.session.commit()
    client.log_in(alice).send("/me/email/confirmation")
    assert client.send(letters.path()).status_code == 303
    assert change(client, "new@example.com").status_code == 303
    assert client.send(letters.path("new@example.com")).status_code == 303
    assert member(alice).email == "new@example.com"
    assert member(alice).is_banned


@pytest.mark.parametrize("state", ["closed", "left"])
def test_links_of_accounts_that_are_gone(client, mail_on, alice, state):
    client.log_in(alice).send("/me/email/confirmation")
    path = letters.path()
    if state == "closed":
        alice.closed_at = now()
        db.session.commit()
    else:
        client.send("/me/leaving", password=PASSWORD)
    status = 403 if state == "closed" else 410
    assert client.get(path).status_code == client.send(path).status_code == status
    assert member(alice).email_confirmed_at is None
