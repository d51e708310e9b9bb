"""A banned member reads and is told until when and why; a closed account cannot log in."""

from datetime import timedelta

import pytest
import time_machine
from client import Client
from sqlalchemy import select

from database import db
from domain.mail.models import Mail
from domain.moderation import bans
from domain.neighbours.models import Tip
from lib.web.passwords import hash_password
from models import Comment, Member, Post, now

SENTENCE = "까지 글을 쓰실 수 없습니다. 이유: 욕설이 이어졌습니다."


@pytest.fixture
def reader(client: Client, banned: Member) -> Client:
    return client.log_in(banned)


def test_a_banned_member_reads_and_does_not_write(reader: Client, banned: Member, post: Post) -> None:
    own = post.comment("전에 쓴 글", banned)
    db.session.commit()
    page = reader.get(f"/posts/{post.id}").text
    assert SENTENCE in page
    assert 'id="comment-form"' not in page
    for path in (f"/comments/{own.id}/edit", f"/comments/{own.id}/replies/new", "/tips/new"):
        assert SENTENCE in reader.get(path).text
    letter = {
        "name": "이웃",
        "contact": "0",
        "title": "제보",
        "body": "새 글",
        "agree": "y",
        "idempotency_key": "k",
    }
    for path, fields in (
        (f"/posts/{post.id}/comments", {"body": "새 글"}),
        (f"/comments/{own.id}", {"body": "새 글"}),
        ("/tips", letter),
    ):
        answer = reader.send(path, **fields)
        assert answer.status_code == 403, path
        assert SENTENCE in answer.text
        assert "새 글" in answer.text
    db.session.rollback()
    assert [row.body for row in db.session.scalars(select(Comment))] == ["전에 쓴 글"]
    assert not db.session.scalars(select(Tip)).all()
    assert reader.send(f"/comments/{own.id}/delete").status_code == 303
    with time_machine.travel(now() + timedelta(days=8)):
        reader.log_in(banned)
        assert SENTENCE not in reader.get(f"/posts/{post.id}").text
        assert reader.send(f"/posts/{post.id}/comments", body="다시 씁니다").status_code == 303
        bans.discard_old()
        db.session.refresh(banned)
        assert (banned.banned_until, banned.ban_reason) == (None, "")


def test_a_ban_without_an_end_says_so(reader: Client, banned: Member, post: Post) -> None:
    banned.banned_until = Member.BANNED_FOR_GOOD
    db.session.commit()
    assert "읽으실 수는 있지만 글을 쓰실 수는 없습니다. 이유: 욕설이" in reader.get(f"/posts/{post.id}").text
    assert "9000" not in reader.get(f"/posts/{post.id}").text


def test_a_closed_account_is_told_after_the_right_password_only(
    client: Client, paper: object, alice: Member
) -> None:
    alice.password_hash, alice.closed_at = hash_password("느티나무 아래 벤치"), now()
    db.session.commit()
    wrong = client.send("/login", username="alice", password="아닌 비밀번호")
    right = client.send("/login", username="alice", password="느티나무 아래 벤치")
    assert "신문사가 닫은 계정" not in wrong.text
    assert (right.status_code, "신문사가 닫은 계정" in right.text) == (403, True)
    assert client.get("/me").status_code == 302


def test_members_whose_address_is_confirmed_are_told_by_mail(
    mail_on: None, alice: Member, bob: Member, editor: Member
) -> None:
    alice.email_confirmed_at = now()
    for member in (alice, bob):
        bans.ban(member, None, "욕설", editor)
        bans.close(member, editor)
        bans.close(member, editor)
    letters = db.session.scalars(select(Mail).order_by(Mail.id)).all()
    assert [letter.address for letter in letters] == ["alice@example.com"] * 2
    assert "이유: 욕설" in str(letters[0].content)
