"""An account that is spam: everything of it disappears, comes back exactly, or is erased after 30 days."""

from datetime import timedelta

import letters
import pytest
import time_machine
from sqlalchemy import event, func, insert, select

from database import db
from domain.keeping import housekeeping
from domain.moderation import bans, comments, rejoining, reports, spam
from domain.moderation.models import AccessEntry, CommentOrigin, Hiding, SpamCase, SpamComment, SpamLike
from domain.moderation.reports import ReportDraft
from domain.neighbours import reactions
from domain.neighbours.commenting import CommentDraft, post_comment
from domain.neighbours.models import CommentLike
from domain.search import search_index, searching
from lib.web.paging import PageRequest
from models import Comment, Login, Post, Refused, now


def found(text):
    results = searching.find(searching.SearchQuery(text, tab="comments"), PageRequest())
    return results.counts["comments"] if results else 0


def write(post, author, body, **draft):
    comment = post_comment(post, author, CommentDraft(body, **draft))
    db.session.commit()
    return comment


def snapshot():
    """Everything a case may change and has to bring back."""
    db.session.expire_all()
    return {
        "comments": [
            (row.id, row.body, row.deleted_at, row.held_at, row.hidden_at, row.hidden_for, row.hidden_reason)
            for row in db.session.scalars(select(Comment).order_by(Comment.id))
        ],
        "likes": db.session.execute(
            select(CommentLike.member_id, CommentLike.comment_id, CommentLike.created_at).order_by(
                CommentLike.comment_id
            )
        ).all(),
        "counts": db.session.execute(
            select(Post.id, Post.comment_count, Post.like_count).order_by(Post.id)
        ).all(),
        "of comments": db.session.execute(select(Comment.id, Comment.like_count).order_by(Comment.id)).all(),
        "hidings": db.session.execute(
            select(Hiding.comment_id, Hiding.kind).order_by(Hiding.comment_id)
        ).all(),
    }


@pytest.fixture
def busy(make_post, alice, bob, editor):
    """Alice has written comments in every state under two articles, and liked what others wrote."""
    first, second = make_post(), make_post(title="둘째")
    plain = write(first, alice, "그냥 댓글", sender="hash")
    write(second, alice, "비밀", secret=True)
    states = {name: write(first, alice, name) for name in ("deleted", "held", "rules", "spam", "both")}
    states["deleted"].delete()
    comments.hold(states["held"], "first")
    comments.hide(states["rules"], "rules", "욕설")
    comments.hide(states["spam"], "spam")
    comments.hide(states["both"], "hold", "요청")
    answer = write(first, bob, "답글", parent_id=plain.id)
    reactions.like_comment(answer, alice)
    reactions.like_comment(plain, bob)
    reactions.like_post(second, alice)
    db.session.add(Login(token_digest="x", member_id=alice.id, expires_at=now() + timedelta(days=1)))
    db.session.commit()
    return first, second


def test_everything_disappears_and_comes_back_exactly(busy, alice, bob, editor):
    before = snapshot()
    assert found("그냥") == 1
    case = spam.mark(alice, editor)
    db.session.commit()
    assert found("그냥") == 0
    assert spam.mark(alice, editor) is case
    assert alice.closed_at
    assert not alice.logins
    hidden = db.session.scalars(select(Comment).where(Comment.member_id == alice.id)).all()
    assert {comment.hidden_for for comment in hidden if not comment.deleted_at} == {"spam"}
    assert [(post.comment_count, post.like_count) for post in busy] == [(1, 0), (0, 0)]
    assert db.session.scalar(select(Comment.like_count).where(Comment.body == "답글")) == 0

    spam.undo(alice, editor)
    db.session.commit()
    assert snapshot() == before
    assert found("그냥") == 1
    assert alice.closed_at is None
    assert not db.session.scalar(select(func.count()).select_from(SpamComment))
    assert not db.session.scalar(select(func.count()).select_from(SpamLike))
    whats = list(db.session.scalars(select(AccessEntry.what).order_by(AccessEntry.id)))
    assert whats == ["spam", "spam-undone"]
    with pytest.raises(Refused):
        spam.undo(alice, editor)


def test_open_reports_of_its_comments_are_answered(post, alice, bob, editor):
    comment = write(post, alice, "광고")
    report = reports.report(comment, bob, "", ReportDraft("spam"))
    db.session.commit()
    spam.mark(alice, editor)
    db.session.commit()
    assert (report.outcome, reports.open_count()) == ("deleted", 0)


def test_an_account_that_was_closed_before_stays_closed(alice, editor):
    bans.close(alice, editor)
    spam.mark(alice, editor)
    spam.undo(alice, editor)
    assert alice.closed_at


def test_what_the_editor_decided_meanwhile_stays(busy, alice, editor):
    plain = db.session.scalars(select(Comment).where(Comment.body == "그냥 댓글")).one()
    rules = db.session.scalars(select(Comment).where(Comment.body == "rules")).one()
    spam.mark(alice, editor)
    comments.restore(plain, "spam")
    comments.hide(plain, "rules", "광고")
    comments.restore(rules, "rules")
    db.session.commit()
    spam.undo(alice, editor)
    db.session.commit()
    assert (plain.hidden_for, plain.hidden_reason) == ("rules", "광고")
    assert rules.hidden_for == ""
    assert busy[0].comment_count == 2  # the one that is no longer hidden, and the reply to the other one


def test_editors_and_those_who_left_cannot_be_marked(alice, editor):
    alice.leave()
    for member in (editor, alice):
        with pytest.raises(Refused):
            spam.mark(member, editor)


def test_after_thirty_days_housekeeping_erases_it_for_good(busy, alice, bob, editor):
    spam.mark(alice, editor)
    db.session.commit()
    with time_machine.travel(now() + SpamCase.UNDONE_FOR - timedelta(minutes=1)):
        housekeeping.purge_rows("secret")
        db.session.commit()
    assert alice.left_at is None
    with time_machine.travel(now() + SpamCase.UNDONE_FOR + timedelta(minutes=1)):
        housekeeping.purge_rows("secret")
        db.session.commit()
    assert alice.left_at
    assert "alice" not in alice.email
    assert rejoining.problem_with("alice@example.com", "secret")
    texts = db.session.execute(select(Comment.body, Comment.deleted_at).where(Comment.member_id == alice.id))
    assert all(body == "" and deleted_at for body, deleted_at in texts)
    assert not db.session.scalar(select(func.count()).select_from(CommentOrigin))
    assert [post.comment_count for post in busy] == [1, 0]
    with pytest.raises(Refused) as refusal:
        spam.undo(alice, editor)
    assert refusal.value.status == 410


def test_thousands_of_comments_take_few_more_statements_than_one(post, alice, editor):
    counted: list[str] = []
    listener = (db.engine, "before_cursor_execute", lambda *arguments: counted.append(arguments[2]))
    statements = []
    for amount in (1, 2000):
        row = {
            "post_id": post.id,
            "member_id": alice.id,
            "body": "광고",
            "created_at": now(),
            "secret": False,
        }
        db.session.execute(insert(Comment), [row] * amount)
        db.session.commit()
        counted.clear()
        event.listen(*listener)
        spam.mark(alice, editor)
        event.remove(*listener)
        db.session.commit()
        statements.append(sum("_search" not in statement for statement in counted))
        assert post.comment_count == 0
        spam.undo(alice, editor)
        db.session.commit()
    assert statements[1] - statements[0] <= 2000 / search_index.BATCH
    assert post.comment_count == 2001


def test_letters_about_replies_of_spam_are_not_sent(alice, bob, editor, post, mail_on):
    bob.email_confirmed_at, bob.wants_reply_mail = now(), True
    write(post, alice, "사세요", parent_id=write(post, bob, "가을입니다").id)
    assert letters.waiting(bob.email)
    spam.mark(alice, editor)
    db.session.commit()
    assert not letters.waiting(bob.email)
