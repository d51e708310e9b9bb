"""The rules of comments at the desk, and what members and guests see of them."""

from datetime import timedelta
from typing import Any

import time_machine
from sqlalchemy import func, select

from database import db
from domain.moderation import settings
from domain.moderation.models import CommentRules
from models import Comment, Member, Post, Section, now

ADDRESS = "/desk/comments/rules"
POLICY = "서로를 존중해 주세요."


def fields(**changed: Any) -> dict[str, Any]:
    return {
        "first_comments": "0", "closed_after_days": "0", "words": "", "policy": "", "policy_page": "",
    } | changed  # fmt: skip


def test_the_editor_saves_them(client: Any, section: Section, editor: Member) -> None:
    client.log_in(editor)
    assert POLICY in client.get(ADDRESS).text  # what stands until something is saved
    answer = client.send(
        ADDRESS,
        first_comments="2",
        closed_after_days="30",
        words=" 바보 \n\n바.보\n얼간이",
        policy="고운 말을\n써요",
        policy_page="terms",
    )
    assert answer.status_code == 303
    found = settings.read()
    assert (found.first_comments, found.closed_after_days) == (2, 30)
    assert (found.words, found.policy, found.policy_page) == (("바.보", "얼간이"), "고운 말을 써요", "terms")
    page = client.get(ADDRESS).text
    assert all(word in page for word in ('value="2"', "얼간이", "고운 말을 써요"))
    assert 'href="/desk/sections"' in page  # where a section has rules of its own
    client.send(ADDRESS, **fields())
    assert settings.read().policy == ""
    assert db.session.scalar(select(func.count()).select_from(CommentRules)) == 1


def test_bad_input_is_explained_and_kept(client: Any, paper: Any, editor: Member) -> None:
    client.log_in(editor)
    for changed in (
        {"words": "개"},
        {"words": "가" * 41},
        {"words": "\n".join(f"낱말{number}" for number in range(501))},
        {"first_comments": "21"},
        {"first_comments": "-1"},
        {"first_comments": "둘"},
        {"closed_after_days": "99999"},
        {"policy": "가" * 201},
        {"policy_page": "no-such-page"},
    ):
        answer = client.send(ADDRESS, **fields(**changed))
        assert answer.status_code == 422, changed
        assert "errors" in answer.text
        name, value = next(iter(changed.items()))
        assert name == "policy_page" or value.split("\n")[0] in answer.text
    assert db.session.get(CommentRules, 1) is None


def test_members_read_the_line_above_the_box(client: Any, post: Post, alice: Member) -> None:
    assert POLICY not in client.get(f"/posts/{post.id}").text  # a guest has no box
    client.log_in(alice)
    assert POLICY in client.get(f"/posts/{post.id}").text
    settings.save(settings.CommentSettings(0, 0, (), "<b>고운 말</b>", "terms"))
    db.session.commit()
    page = client.get(f"/posts/{post.id}").text
    assert "&lt;b&gt;고운 말&lt;/b&gt;" in page
    assert 'href="/pages/terms"' in page


def test_age_closes_comments_by_the_clock(client: Any, post: Post, alice: Member) -> None:
    comment = post.comment("전에 쓴 댓글", alice)
    settings.save(settings.CommentSettings(0, 7, (), "", ""))
    db.session.commit()
    sentence, address = "7일이 지나 댓글을 쓸 수 없습니다", f"/posts/{post.id}"
    guest = client.application.test_client()
    client.log_in(alice)
    with time_machine.travel(now() + timedelta(days=7) - timedelta(minutes=1)) as clock:
        client.log_in(alice)
        assert not any(sentence in browser.get(address).text for browser in (guest, client))
        clock.shift(timedelta(minutes=2))
        for browser in (guest, client):
            page = browser.get(address).text
            assert sentence in page
            assert "전에 쓴 댓글" in page
            assert 'id="comment-form"' not in page
            assert "data-reply" not in page
        answers = [
            client.send(f"{address}/comments", body="한마디 더"),
            client.get(f"/comments/{comment.id}/edit"),
            client.send(f"/comments/{comment.id}", body="고친 댓글"),
        ]
        assert [answer.status_code for answer in answers] == [403] * 3
        assert all(sentence in answer.text for answer in answers)
        assert "한마디 더" in answers[0].text
        assert client.send(f"/comments/{comment.id}/delete").status_code == 303


def test_the_author_is_told_that_a_comment_waits(
    client: Any, post: Post, alice: Member, bob: Member, editor: Member
) -> None:
    client.log_in(alice)
    answer = client.send(f"/posts/{post.id}/comments", body="maeul.kr 보세요")
    page = client.get(answer.location).text
    assert "댓글이 편집인의 승인을 기다립니다" in page
    assert "승인을 기다립니다</span>" in page
    assert "maeul.kr 보세요" in page or "보세요" in page
    comment = db.session.scalars(select(Comment)).one()
    for address, status in (("replies/new", 403), ("edit", 200)):
        assert client.get(f"/comments/{comment.id}/{address}").status_code == status
    guest = client.application.test_client()
    other = client.application.test_client().log_in(bob)
    for browser in (guest, other):
        assert "보세요" not in browser.get(f"/posts/{post.id}").text
        assert browser.get(f"/comments/{comment.id}").status_code == 404
    assert "보세요" in client.application.test_client().log_in(editor).get(f"/posts/{post.id}").text


def test_a_resident_number_is_refused_and_the_text_kept(client: Any, post: Post, alice: Member) -> None:
    comment = post.comment("안녕", alice)
    db.session.commit()
    client.log_in(alice)
    for address in (f"/posts/{post.id}/comments", f"/comments/{comment.id}"):
        answer = client.send(address, body="제 번호는 900101-1234567입니다")
        assert answer.status_code == 422
        assert "주민등록번호는 적을 수 없습니다" in answer.text
        assert "제 번호는 900101-1234567입니다" in answer.text
    assert [comment.body for comment in db.session.scalars(select(Comment))] == ["안녕"]
