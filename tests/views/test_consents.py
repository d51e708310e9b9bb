"""Consents: asked again when a document changes; marketing apart; every act is told and kept."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

import cli
from database import db
from domain.mail.models import Mail
from domain.neighbours import consents
from domain.neighbours.models import Consent
from lib.web.passwords import hash_password
from models import Member, Page, now

PASSWORD = "느티나무 아래 벤치"


@pytest.fixture
def asked(alice, paper):
    """Alice agreed to the first terms; the second ones are a day old."""
    alice.consented_at = now() - timedelta(days=9)
    for version, days in ((1, 10), (2, 1)):
        body = f"<p>첫째 줄</p><p>회비는 {version}원입니다.</p>"
        at = now() - timedelta(days=days)
        db.session.add(Page(slug="terms", version=version, title="약관", body=body, created_at=at))
    db.session.add(
        Page(slug="privacy", title="방침", body="<p>방침</p>", created_at=now() - timedelta(days=10))
    )
    for document in ("terms", "privacy"):
        db.session.add(Consent(member=alice, document=document, version=1))
    db.session.commit()
    return alice


def marketing(member):
    db.session.rollback()
    query = select(Consent).where(Consent.member_id == member.id, Consent.document == "marketing")
    return db.session.scalars(query.order_by(Consent.id)).all()


def letters():
    db.session.rollback()
    return [mail.content["subject"] for mail in db.session.scalars(select(Mail).order_by(Mail.id))]


def test_reading_stays_possible_and_writing_waits(client, asked, post):
    page = client.log_in(asked).get(f"/posts/{post.id}")
    assert page.status_code == 200
    assert f"/me/consents?next=/posts/{post.id}" in page.text
    for path, fields in (
        (f"/posts/{post.id}/comments", {"body": "새 댓글"}),
        (f"/posts/{post.id}/like", {}),
    ):
        refused = client.send(path, **fields)
        assert refused.status_code == 403
        assert "약관이나 개인정보처리방침이 바뀌었습니다" in refused.text
    assert "새 댓글" in client.send(f"/posts/{post.id}/comments", body="새 댓글").text
    asking = client.get(f"/me/consents?next=/posts/{post.id}").text
    assert "<del>1원입니다.</del><ins>2원입니다.</ins>" in asking
    assert asking.count('name="agree"') == 1
    for wrong in ([], ["terms-1"], ["privacy-1", "terms-3"]):
        answer = client.send("/me/consents", agree=wrong, next=f"/posts/{post.id}")
        assert answer.status_code == 422
        assert f'value="/posts/{post.id}"' in answer.text
    answer = client.send("/me/consents", agree="terms-2", next=f"/posts/{post.id}")
    assert (answer.status_code, answer.location) == (303, f"/posts/{post.id}")
    assert "/me/consents?next" not in client.get(f"/posts/{post.id}").text
    assert client.send(f"/posts/{post.id}/comments", body="새 댓글").status_code == 303
    history = [(consent.document, consent.version) for consent in consents.history(asked)]
    assert history == [("terms", 2), ("privacy", 1), ("terms", 1)]


def test_a_login_asks_first_and_then_leads_on(client, asked, post):
    asked.password_hash = hash_password(PASSWORD)
    db.session.commit()
    fields = {"username": "alice", "password": PASSWORD, "next": f"/posts/{post.id}"}
    assert client.send("/login", **fields).location == f"/me/consents?next=/posts/{post.id}"
    agreed = client.send("/me/consents", agree="terms-2", next=f"/posts/{post.id}")
    assert agreed.location == f"/posts/{post.id}"
    client.send("/logout")
    assert client.send("/login", **fields).location == f"/posts/{post.id}"


def test_nobody_else_is_asked(client, app, asked, bob, editor, post):
    bob.consented_at = now()
    editor.consented_at = now() - timedelta(days=99)
    db.session.commit()
    for member in (bob, editor):
        browser = app.test_client().log_in(member)
        assert "/me/consents?next" not in browser.get(f"/posts/{post.id}").text
        assert browser.send(f"/posts/{post.id}/comments", body="새 댓글").status_code == 303
    assert "/me/consents?next" not in client.get(f"/posts/{post.id}").text
    assert client.log_in(editor).get("/desk/").status_code == 200


@pytest.mark.usefixtures("mail_on")
def test_marketing_is_given_and_taken_back(client, alice, paper):
    client.log_in(alice)
    for _again in range(2):
        answer = client.send("/me/consents/marketing", wants_news="y")
        assert answer.status_code == 303
        assert consents.day() in client.get(answer.location).text
    assert db.session.get_one(Member, alice.id).wants_news
    for _again in range(2):
        client.send("/me/consents/marketing")
    (consent,) = marketing(alice)
    assert consent.withdrawn_at
    assert not db.session.get_one(Member, alice.id).wants_news
    assert "거둠" in client.get("/me/consents").text
    subjects = letters()
    assert len(subjects) == 2
    assert all(subject.startswith("[시험신문] ") for subject in subjects)
    client.send("/me/consents/marketing", wants_news="y")
    assert [bool(row.withdrawn_at) for row in marketing(alice)] == [True, False]


@pytest.mark.usefixtures("mail_on")
def test_marketing_is_told_of_every_two_years(client, alice, bob, paper):
    alice.email_confirmed_at = now()
    consents.give(alice)
    consents.give(bob)
    db.session.commit()
    consents.take_back(bob)
    db.session.commit()
    before = len(letters())
    for years, expected in ((1.9, 0), (2.1, 1), (2.2, 1), (4.2, 2)):
        with time_machine.travel(now() + timedelta(days=365 * years)):
            cli.tell_of_consents()
        assert len(letters()) - before == expected, years
    newest = db.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert newest
    assert (newest.address, newest.topic) == (alice.email, "consent")  # it can be unsubscribed from
