"""The editor closes the comments of an article: what is written stays, nobody adds to it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from database import db
from models import Comment, Member, Post, now

SENTENCE = "이 기사에는 댓글을 쓸 수 없습니다."


@pytest.fixture
def closed(post: Post, alice: Member) -> Post:
    """An article with a comment of alice, closed since."""
    post.comment("전에 쓴 댓글", alice)
    post.close_comments(True)
    db.session.commit()
    return post


def fields(post: Post, **changed: Any) -> dict[str, Any]:
    return {"section_id": post.section_id, "title": post.title, "body": post.body, "origin": "own"} | changed


def test_the_editor_closes_and_opens_them_again(client: Any, editor: Member, post: Post) -> None:
    client.log_in(editor)
    client.send(f"/desk/posts/{post.id}", **fields(post), publish="now", comments_closed="y")
    db.session.refresh(post)
    assert post.comments_closed_at
    assert not post.edited_at  # readers are told of no edit
    page = client.get(f"/desk/posts/{post.id}/edit").text
    assert 'name="comments_closed"' in page
    assert (
        "checked" in page[page.index('id="comments_closed"') - 20 : page.index('id="comments_closed"') + 80]
    )
    client.send(f"/desk/posts/{post.id}", **fields(post), publish="now")
    db.session.refresh(post)
    assert post.comments_closed_at is None


@pytest.mark.parametrize("who", ["guest", "member", "editor"])
def test_readers_see_a_sentence_and_no_form(
    client: Any, closed: Post, alice: Member, editor: Member, who: str
) -> None:
    if who != "guest":
        client.log_in({"member": alice, "editor": editor}[who])
    page = client.get(f"/posts/{closed.id}").text
    assert SENTENCE in page
    assert "전에 쓴 댓글" in page
    assert 'id="comment-form"' not in page
    assert "data-reply" not in page
    assert "댓글을 쓰려면" not in page


def test_posting_answering_and_editing_are_refused(client: Any, closed: Post, alice: Member) -> None:
    comment = closed.comments[0]
    client.log_in(alice)
    answers = [
        client.send(f"/posts/{closed.id}/comments", body="한마디 더"),
        client.send(f"/posts/{closed.id}/comments", body="답글", parent_id=comment.id),
        client.get(f"/comments/{comment.id}/replies/new"),
        client.get(f"/comments/{comment.id}/edit"),
        client.send(f"/comments/{comment.id}", body="고친 댓글"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert all(SENTENCE in answer.text for answer in answers)
    assert "한마디 더" in answers[0].text  # what was typed is not lost
    assert [comment.body for comment in db.session.scalars(select(Comment))] == ["전에 쓴 댓글"]


def test_the_author_can_still_delete(client: Any, closed: Post, alice: Member) -> None:
    comment = closed.comments[0]
    assert client.log_in(alice).send(f"/comments/{comment.id}/delete").status_code == 303
    db.session.refresh(comment)
    assert comment.deleted_at


def test_restoring_a_version_leaves_them_closed(
    client: Any, editor: Member, make_post: Callable[..., Post]
) -> None:
    post = make_post(comments_closed_at=now())
    client.log_in(editor).send(
        f"/desk/posts/{post.id}", **fields(post, body="<p>둘째</p>"), comments_closed="y"
    )
    assert client.get(f"/desk/posts/{post.id}/revisions").status_code == 200
    db.session.refresh(post)
    assert post.comments_closed_at
