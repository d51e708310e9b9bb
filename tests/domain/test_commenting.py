"""A comment written past the session is the same as one written by it."""

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from database import db
from domain.neighbours import commenting
from domain.search import searching
from models import ActivityDay, Comment, Post, Refused


def facts(comment: Comment) -> dict[str, object]:
    """Its columns, but for what every comment has of its own."""
    return {
        name: getattr(comment, name)
        for name in inspect(Comment).columns.keys()
        if name not in ("id", "created_at", "body")
    }  # noqa: SIM118


def write(post, body, by, reply_to=None, *, secret=False, idempotency_key=None):
    with writing():
        written = commenting.write(
            commenting.post(post.id), body, by, reply_to, secret=secret, idempotency_key=idempotency_key
        )
    db.session.rollback()  # which has looked at the test's own rows meanwhile
    return db.session.get_one(Comment, written.id), written


@pytest.mark.parametrize("secret", [False, True])
def test_it_is_as_the_session_writes_it(post, alice, bob, secret):
    first = post.comment("첫 댓글", alice, secret=secret)
    db.session.commit()
    ours = post.comment("답글", alice, first)
    db.session.commit()
    kept, told = write(post, "답글", alice, commenting.comment(first.id))
    assert facts(kept) == facts(ours)
    assert (told.id, told.address, told.body) == (kept.id, kept.address, kept.body)
    assert (kept.root_id, kept.parent_id, kept.secret) == (first.id, first.id, secret)
    if not secret:
        answer, _told = write(post, "답글의 답글", bob, commenting.comment(kept.id))
        assert (answer.root_id, answer.parent_id) == (first.id, kept.id)


def test_what_everybody_may_read_is_counted_and_found(post, alice):
    write(post, "가로등이 밝아요", alice)
    write(post, "가로등은 비밀", alice, secret=True)
    assert db.session.get_one(Post, post.id).comment_count == 1
    found = searching.find(searching.Asked("가로등", tab="comments"), searching.Place())
    assert found
    assert [hit.comment.body for hit in found.hits if hit.comment] == ["가로등이 밝아요"]
    assert db.session.scalars(select(ActivityDay.comments)).all() == [2]


def test_a_key_is_used_once_and_the_transaction_goes_on(post, alice, bob):
    write(post, "한 번", alice, idempotency_key="k")
    with writing():
        with pytest.raises(IntegrityError):
            commenting.write(
                commenting.post(post.id), "두 번", alice, None, secret=False, idempotency_key="k"
            )
        assert commenting.sent_with(alice, "k").body == "한 번"
        assert commenting.sent_with(bob, "k") is None
        commenting.write(commenting.post(post.id), "다른 글", alice, None, secret=False, idempotency_key="l")
    db.session.rollback()
    assert db.session.scalars(select(Comment.body).order_by(Comment.id)).all() == ["한 번", "다른 글"]
    assert commenting.last_of(alice).body == "다른 글"
    assert commenting.last_of(bob) is None


def test_nothing_is_left_of_a_mistake(post, alice):
    def fail():
        with writing():
            commenting.write(
                commenting.post(post.id), "사라질 글", alice, None, secret=False, idempotency_key=None
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    db.session.rollback()
    assert db.session.scalars(select(Comment.id)).all() == []
    assert db.session.get_one(Post, post.id).comment_count == 0
    write(post, "다음 글", alice)


def test_a_reply_to_what_is_gone_is_refused(post, make_post, alice, bob):
    gone, secret, elsewhere = (
        post.comment("가", alice),
        post.comment("비밀", alice, secret=True),
        make_post().comment("딴 글", alice),
    )
    db.session.commit()
    gone.delete()
    db.session.commit()
    for reply_to in (gone, secret, elsewhere):
        with pytest.raises(Refused), writing():
            commenting.write(
                commenting.post(post.id),
                "답글",
                bob,
                commenting.comment(reply_to.id),
                secret=False,
                idempotency_key=None,
            )


def test_the_editors_answer_to_a_secret_one_can_be_answered(post, alice, bob, editor):
    asked = post.comment("비밀 질문", alice, secret=True)
    db.session.commit()
    answer = post.comment("비밀 답", editor, asked)
    db.session.commit()
    found = commenting.comment(answer.id)
    assert [found.may_read(member) for member in (alice, bob, editor, None)] == [True, False, True, False]


@pytest.mark.parametrize("number", [0, -1, 10**6, 2**63, 2**80])
def test_what_is_not_there(app, paper, number):
    assert commenting.post(number) is None
    assert commenting.comment(number) is None
