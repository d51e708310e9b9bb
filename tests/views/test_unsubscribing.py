"""Links in letters that stop them."""

from typing import Any

import pytest
from client import Client
from flask import Flask

from database import db
from domain.mail import choices, settings
from domain.mail.unsubscribing import ALL, THREAD, Stop
from models import Comment, Member, Post, now

pytestmark = pytest.mark.usefixtures("mail_on")


@pytest.fixture
def reader(alice: Member) -> Member:
    """A member who gets every kind of letter."""
    alice.wants_reply_mail = alice.wants_news = alice.wants_digest = True
    alice.email_confirmed_at = now()
    db.session.commit()
    return alice


def wanted(member: Member) -> list[bool]:
    db.session.rollback()
    return [member.wants_reply_mail, member.wants_digest, member.wants_news]


@pytest.mark.parametrize(
    ("topic", "left"),
    [("replies", [False, True, True]), ("digest", [True, False, True]), ("news", [True, True, False]),
     (ALL, [False, False, False])],
)  # fmt: skip
def test_button_and_one_click_need_no_login_and_no_token(
    client: Client, paper: Any, reader: Member, topic: str, left: list[bool]
) -> None:
    path = Stop(reader.id, topic).path
    page = client.get(path)
    assert "Set-Cookie" not in page.headers
    assert f'action="{path}" method="post"' in page.text
    assert reader.email not in page.text
    assert wanted(reader) == [True, True, True]
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"}, headers=headers)
    assert answer.status_code == 200  # a mail program follows no redirect
    assert wanted(reader) == left
    assert client.post(path).status_code == 200
    assert wanted(reader) == left


def test_one_thread(client: Client, post: Post, reader: Member) -> None:
    threads: list[Comment] = [post.comment(f"댓글 {n}", reader) for n in range(2)]
    db.session.commit()
    path = Stop(reader.id, THREAD, threads[0].id).path
    for _ in range(2):
        assert client.post(path).status_code == 200
    assert [choices.wants(reader.id, "replies", thread.id) for thread in threads] == [False, True]
    assert wanted(reader) == [True, True, True]


def test_links_that_we_have_not_made(app: Flask, client: Client, paper: Any, reader: Member) -> None:
    right = Stop(reader.id, "replies").path
    settings.use(settings.MailSettings(secret_key="another"))
    forged = Stop(reader.id, "replies").path
    settings.use(settings.MailSettings(secret_key=app.config["SECRET_KEY"]))
    for path in (
        forged,
        right[:-1],
        right + "x",
        "/mail/unsubscribe/x",
        "/mail/unsubscribe/%00",
        Stop(999, ALL).path,
    ):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert client.put(right).status_code == 405
    reader.leave()
    db.session.commit()
    assert client.post(right).status_code == 404
