"""Threads: which comments are shown to whom, in which order, on which page, at what cost."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from database import db
from domain.neighbours import commenting
from domain.neighbours.commenting import CommentDraft
from domain.reading import threads
from models import Comment, Post, now


@pytest.fixture
def say(post):
    def comment(body, by, reply_to=None, **values):
        added = post.comment(body, by, reply_to, **values)
        db.session.commit()
        return added

    return comment


@pytest.fixture
def queries(app):
    """The SQL statements executed so far."""
    statements = []
    listener = lambda *arguments: statements.append(arguments[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    yield statements
    event.remove(db.engine, "before_cursor_execute", listener)


def shape(page):
    return [(thread.root.body, [reply.body for reply in thread.replies]) for thread in page.threads]


def test_an_article_without_comments(post):
    page = threads.of(post, None)
    assert (page.threads, page.number, page.pages) == ([], 1, 1)


def test_replies_of_any_depth_are_listed_under_their_root_oldest_first(post, alice, bob, say):
    first = say("가", alice)
    second = say("나", bob)
    reply = say("가-1", bob, first)
    say("나-1", alice, second)
    say("가-1-1", alice, reply)
    assert shape(threads.of(post, None)) == [("가", ["가-1", "가-1-1"]), ("나", ["나-1"])]


def test_tombstones_are_shown_only_above_readable_replies(post, alice, bob, editor, say):
    empty, answered, secretly = say("빈", alice), say("답 있는", alice), say("비밀 답만", alice)
    say("답", bob, answered)
    say("비밀 답", bob, secretly, secret=True)
    for comment in (empty, answered, secretly):
        comment.delete()
    db.session.commit()
    assert shape(threads.of(post, None)) == [("", ["답"])]
    assert shape(threads.of(post, bob)) == [("", ["답"]), ("", ["비밀 답"])]
    assert shape(threads.of(post, editor)) == [("", ["답"]), ("", ["비밀 답"])]


def test_a_reply_to_a_deleted_reply_keeps_its_root(post, alice, bob, say):
    root = say("뿌리", alice)
    middle = say("가운데", bob, root)
    say("끝", alice, middle)
    root.delete()
    middle.delete()
    db.session.commit()
    assert shape(threads.of(post, None)) == [("", ["", "끝"])]


def test_secret_conversations(post, alice, bob, editor, say):
    question = say("물음", alice, secret=True)
    answer = say("대답", editor, question)
    second = say("다시", alice, answer)
    assert answer.secret
    assert second.secret
    whole = [("물음", ["대답", "다시"])]
    assert shape(threads.of(post, alice)) == whole
    assert shape(threads.of(post, editor)) == whole
    assert shape(threads.of(post, bob)) == shape(threads.of(post, None)) == []


def test_two_queries_with_authors_and_parents(post, alice, bob, editor, say, queries):
    root = say("뿌리", alice)
    say("답의 답", bob, say("답", bob, root))
    db.session.expunge_all()
    db.session.add_all([post, alice])
    db.session.refresh(post), db.session.refresh(alice)
    queries.clear()
    page = threads.of(post, alice)
    for thread in page.threads:
        assert thread.root.member.nickname
        assert all(reply.member.nickname and reply.parent.member.nickname for reply in thread.replies)
    assert len(queries) == 2


def many(post, member, count, root_id=None):
    rows = [
        {
            "post_id": post.id,
            "member_id": member.id,
            "body": str(n),
            "created_at": now(),
            "root_id": root_id,
            "parent_id": root_id,
            "secret": False,
        }
        for n in range(count)
    ]
    db.session.execute(insert(Comment), rows)
    post.comment_count = Post.comment_count + count
    db.session.commit()


def test_pages(post, alice):
    many(post, alice, threads.PAGE * 2 + 1)
    ids = [thread.root.id for number in (1, 2, 3) for thread in threads.of(post, None, number).threads]
    assert len(ids) == threads.PAGE * 2 + 1
    assert ids == sorted(ids)
    assert (threads.of(post, None, 3).number, threads.of(post, None, 3).pages) == (3, 3)
    for number, expected in ((99, 3), (2**80, 3), (0, 1), (-5, 1)):
        assert threads.of(post, None, number).number == expected


def test_exactly_one_full_page(post, alice):
    many(post, alice, threads.PAGE)
    assert threads.of(post, None, 2).pages == 1


def test_the_page_of_a_comment(post, alice, say):
    many(post, alice, threads.PAGE + 5)
    last = say("마지막", alice)
    hidden = say("비밀", alice, secret=True)
    page = threads.of(post, None, comment_id=last.id)
    assert page.number == 2
    assert page.threads[-1].root.id == last.id
    for absent in (hidden.id, 10**9, 0, -1, 2**80):
        assert threads.of(post, None, comment_id=absent).number == 1


def test_the_next_page_of_a_long_thread_repeats_its_root(post, alice, say):
    root = say("뿌리", alice)
    many(post, alice, threads.PAGE + 10, root.id)
    page = threads.of(post, None, 2)
    assert page.threads[0].root.id == root.id
    assert page.threads[0].continued
    assert len(page.threads[0].replies) == 11


@pytest.mark.parametrize("in_one_thread", [False, True])
def test_ten_thousand_comments_are_cheap(post, alice, bob, say, in_one_thread):
    root = say("뿌리", alice)
    many(post, alice, 10_000, root.id if in_one_thread else None)
    for reader in (None, bob):
        started = time.process_time()
        page = threads.of(post, reader, 50)
        assert page.threads
        assert time.process_time() - started < 5  # of CPU; something quadratic takes minutes
        assert page.number == 50


def test_thousands_of_nested_secret_replies(post, alice, editor, say):
    root = say("물음", alice, secret=True)
    rows = [
        {
            "id": root.id + n,
            "post_id": post.id,
            "member_id": (alice, editor)[n % 2].id,
            "body": str(n),
            "created_at": now(),
            "root_id": root.id,
            "parent_id": root.id + n - 1,
            "secret": True,
        }
        for n in range(1, 3001)
    ]
    db.session.execute(insert(Comment), rows)
    db.session.commit()
    last_id = rows[-1]["id"]
    draft = CommentDraft("마지막 답", parent_id=last_id)
    for reader in (alice, editor):
        assert threads.of(post, reader, comment_id=last_id).number == 31
        assert commenting.post_comment(post, reader, draft).secret


def test_newest_are_public_and_on_visible_posts(make_post, post, alice, say, queries):
    first = say("하나", alice)
    say("비밀", alice, secret=True)
    say("지움", alice).delete()
    for values in (
        {"published_at": None},
        {"deleted_at": now()},
        {"published_at": now() + timedelta(days=1)},
    ):
        make_post(**values).comment("숨은 글의 댓글", alice)
    db.session.commit()
    last = say("둘", alice)
    numbers = [last.id, first.id]
    db.session.expunge_all()
    queries.clear()
    found = threads.newest(5)
    assert [comment.id for comment in found] == numbers
    assert all(comment.post.title and comment.member.nickname for comment in found)
    assert len(queries) == 1
    assert len(threads.newest(1)) == 1


def test_the_newest_comments_are_of_several_articles(post, make_post, alice, say):
    elsewhere = make_post().comment("다른 기사", alice)
    db.session.commit()
    lively = [say(f"{number}", alice).id for number in range(5)]
    found = [comment.id for comment in threads.newest(3)]
    assert found == [lively[4], lively[3], elsewhere.id]
    assert len(threads.newest(6)) == 6  # rather the same article than fewer
