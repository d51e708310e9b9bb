"""Posting comments and letters: replies, secrets, counting, double sends."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from unittest.mock import patch

import hostile_texts
import pytest
from sqlalchemy import event, insert, select

from database import db
from domain.moderation import comments as moderation
from domain.neighbours import commenting, letters
from domain.neighbours.commenting import CommentDraft, post_comment
from domain.neighbours.letters import LetterDraft, send_letter
from domain.neighbours.models import ActivityDay, Tip
from domain.search import searching
from lib.web.paging import PageRequest
from models import Comment, Member, ParentGone, Post, now

LETTER = LetterDraft("news", "강둑지기", "river@example.com", "가로등", "꺼져 있습니다.", "k")


def bodies() -> list[str]:
    return list(db.session.scalars(select(Comment.body).order_by(Comment.id)))


@pytest.fixture
def savepoints(app) -> Iterator[list[str]]:
    """The names of the savepoints that were rolled back."""
    names: list[str] = []
    listener = (db.engine, "rollback_savepoint", lambda _connection, name, _context: names.append(name))
    event.listen(*listener)
    yield names
    event.remove(*listener)


def miss_first(find: Callable[..., object]) -> Callable[..., object]:
    """`find`, but None at its first call, as in a thread that looked before another one committed."""
    calls: list[object] = []

    def found(*arguments: object) -> object:
        calls.append(arguments)
        return find(*arguments) if len(calls) > 1 else None

    return found


@pytest.mark.parametrize("secret", [False, True])
def test_replies_keep_their_parent_and_root_and_its_secrecy(post, alice, secret):
    first = post_comment(post, alice, CommentDraft("첫 댓글", secret=secret))
    reply = post_comment(post, alice, CommentDraft("답글", parent_id=first.id))
    answer = post_comment(post, alice, CommentDraft("답글의 답글", parent_id=reply.id))
    db.session.commit()
    assert (first.root_id, first.parent_id, first.secret) == (None, None, secret)
    assert (reply.root_id, reply.parent_id, reply.secret) == (first.id, first.id, secret)
    assert (answer.root_id, answer.parent_id, answer.secret) == (first.id, reply.id, secret)


def test_public_comments_are_counted_and_indexed(post, alice):
    post_comment(post, alice, CommentDraft("가로등이 밝아요"))
    post_comment(post, alice, CommentDraft("가로등은 비밀", secret=True))
    db.session.commit()
    assert db.session.get_one(Post, post.id).comment_count == 1
    found = searching.find(searching.SearchQuery("가로등", tab="comments"), PageRequest())
    assert found
    assert [hit.comment.body for hit in found.hits if hit.comment] == ["가로등이 밝아요"]
    assert db.session.scalars(select(ActivityDay.comments)).all() == [2]


def test_same_key_returns_the_first_comment_of_this_member(post, alice, bob):
    draft = CommentDraft("한 번", idempotency_key="k")
    first = post_comment(post, alice, draft)
    assert post_comment(post, alice, draft) is first
    assert post_comment(post, bob, draft) is not first
    assert post_comment(post, alice, replace(draft, idempotency_key="l")) is not first
    db.session.commit()
    assert post.comment_count == 3


@pytest.mark.parametrize(
    "change",
    [{"body": "다른 글"}, {"body": "한 번 "}, {"secret": True}, {"parent_id": 1}, {"post": "another"}],
    ids=str,
)
def test_same_key_with_other_content_is_another_comment(post, make_post, alice, change):
    question = post.comment("물음", alice)
    db.session.commit()
    draft = CommentDraft("한 번", idempotency_key="k")
    first = post_comment(post, alice, draft)
    db.session.commit()
    other_post = make_post() if change.pop("post", None) else post
    other_draft = replace(draft, **change)
    second = post_comment(other_post, alice, other_draft)
    db.session.commit()
    assert second.id not in (question.id, first.id)
    assert (second.body, second.post_id) == (other_draft.body, other_post.id)
    assert post_comment(other_post, alice, other_draft) is second  # a double click on the second text
    assert post_comment(post, alice, draft) is first


@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_text_that_is_no_longer_stored_is_stored_again(post, alice, change):
    draft = CommentDraft("한 번", idempotency_key="k")
    first = post_comment(post, alice, draft)
    db.session.commit()
    if change == "edited":
        first.edit("고친 글")
    else:
        first.delete()
    db.session.commit()
    second = post_comment(post, alice, draft)
    assert second is not first
    assert second.body == "한 번"
    assert post_comment(post, alice, draft) is second


def test_links_are_found_when_a_comment_is_written(post, alice):
    comment = post_comment(post, alice, CommentDraft("여기 https://naver.me/xYz12ㅋㅋ"))
    plain = post_comment(post, alice, CommentDraft("주소 없는 글. 끝."))
    db.session.commit()
    assert (comment.links, plain.links) == ([[3, 25]], None)
    comment.edit("maeul.kr에서")
    plain.edit("(maeul.kr)")
    db.session.commit()
    assert (comment.links, plain.links) == ([[0, 8]], [[1, 9]])
    comment.delete()
    db.session.commit()
    assert comment.links is None


def test_pages_with_comments_find_no_links(client, post, make_post, alice):
    comment = post_comment(post, alice, CommentDraft(hostile_texts.WORST + " https://maeul.kr/x"))
    moderation.approve(comment)
    post_comment(post, alice, CommentDraft("답글 https://maeul.kr/y", parent_id=comment.id))
    db.session.commit()
    client.log_in(alice)
    paths = ("/", f"/posts/{post.id}", f"/comments/{comment.id}/replies/new", "/search?q=답글&tab=comments")
    with patch("models.find_links", side_effect=AssertionError), patch("lib.text.links._HOST", None):
        pages = {path: client.get(path) for path in paths}
    assert [page.status_code for page in pages.values()] == [200] * 4
    assert 'href="https://maeul.kr/y"' in pages[paths[1]].text


def test_key_taken_by_another_thread_leaves_the_transaction_usable(post, alice, monkeypatch, savepoints):
    draft = CommentDraft("한 번", idempotency_key="k")
    first = post_comment(post, alice, draft)
    db.session.commit()
    post_comment(post, alice, CommentDraft("같은 트랜잭션의 글", idempotency_key="l"))
    monkeypatch.setattr(commenting, "_already_sent", miss_first(commenting._already_sent))
    assert post_comment(post, alice, draft).address == first.address
    assert len(savepoints) == 1
    db.session.commit()
    assert bodies() == ["한 번", "같은 트랜잭션의 글"]
    assert db.session.get_one(Post, post.id).comment_count == 2
    assert db.session.scalars(select(ActivityDay.comments)).all() == [2]


def test_letter_key_taken_by_another_thread_leaves_the_transaction_usable(
    app, alice, monkeypatch, savepoints
):
    first = send_letter(alice, LETTER)
    db.session.commit()
    send_letter(None, replace(LETTER, title="같은 트랜잭션", idempotency_key="l"))
    monkeypatch.setattr(letters, "find_sent", miss_first(letters.find_sent))
    assert send_letter(None, LETTER) is first
    assert len(savepoints) == 1
    db.session.commit()
    assert db.session.scalars(select(Tip.title).order_by(Tip.id)).all() == ["가로등", "같은 트랜잭션"]


@pytest.mark.parametrize("field", ["kind", "name", "contact", "title", "body"])
def test_same_key_with_other_content_is_another_letter(app, field):
    first = send_letter(None, LETTER)
    other = replace(LETTER, **{field: "advertising" if field == "kind" else "다른 글"})
    second = send_letter(None, other)
    db.session.commit()
    assert second is not first
    assert getattr(second, field) == getattr(other, field)
    assert send_letter(None, other) is second
    assert send_letter(None, LETTER) is first


def test_rollback_leaves_no_comment_and_no_count(post, alice):
    post_comment(post, alice, CommentDraft("사라질 글"))
    db.session.rollback()
    assert bodies() == []
    assert post.comment_count == 0
    assert db.session.scalars(select(ActivityDay.comments)).all() == [0]  # the day on which alice joined
    post_comment(post, alice, CommentDraft("다음 글"))


def test_reply_to_a_deleted_secret_foreign_or_missing_comment_is_refused(post, make_post, alice, bob):
    deleted, secret = post.comment("가", alice), post.comment("비밀", alice, secret=True)
    elsewhere = make_post().comment("딴 글", alice)
    db.session.commit()
    deleted.delete()
    db.session.commit()
    for parent_id in (deleted.id, secret.id, elsewhere.id, 0, -1, 10**6, 2**63, 2**80):
        with pytest.raises(ParentGone):
            post_comment(post, bob, CommentDraft("답글", parent_id=parent_id))
    for parent in (deleted, secret, elsewhere):
        with pytest.raises(ParentGone):
            post.comment("답글", bob, parent)


def test_editors_answer_to_a_secret_comment_is_for_its_author_only(post, alice, bob, editor):
    question = post.comment("비밀 질문", alice, secret=True)
    db.session.commit()
    answer = post.comment("비밀 답", editor, question)
    db.session.commit()
    assert [answer.may_read(member) for member in (alice, bob, editor, None)] == [True, False, True, False]
    assert post_comment(post, alice, CommentDraft("고맙습니다", parent_id=answer.id)).secret


@pytest.mark.parametrize("writer", ["alice", "editor"])
def test_last_of_thousands_of_nested_secret_replies_can_be_answered(
    client, post, alice, editor, request, writer
):
    member: Member = request.getfixturevalue(writer)
    depth = 3000
    authors = (alice.id, editor.id)
    rows = [
        {
            "id": number,
            "post_id": post.id,
            "member_id": authors[number % 2],
            "parent_id": number - 1 if number > 1 else None,
            "root_id": 1 if number > 1 else None,
            "body": f"비밀 {number}",
            "secret": True,
            "created_at": now(),
        }
        for number in range(1, depth + 1)
    ]
    db.session.execute(insert(Comment), rows)
    db.session.commit()
    client.log_in(member)
    assert client.get(f"/comments/{depth}/replies/new").status_code == 200
    answer = client.send(f"/posts/{post.id}/comments", body="끝의 답글", parent_id=depth)
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    reply = db.session.scalars(select(Comment).where(Comment.body == "끝의 답글")).one()
    assert (reply.parent_id, reply.root_id, reply.secret) == (depth, 1, True)


def test_form_sent_twice_while_the_first_is_being_saved_is_one_comment(client, post, alice):
    first = client.log_in(alice).send(f"/posts/{post.id}/comments", body="글", idempotency_key="k")
    with patch.object(commenting, "_already_sent", miss_first(commenting._already_sent)):
        second = client.send(f"/posts/{post.id}/comments", body="글", idempotency_key="k")
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert bodies() == ["글"]
