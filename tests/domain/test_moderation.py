"""States of comments: who reads what, what stands in its place, what is counted and found."""

import pytest

from database import db
from domain.moderation import comments as moderation
from domain.reading import threads
from domain.search import searching
from lib.web.paging import PageRequest
from models import Comment, Member, ParentGone, Post


@pytest.fixture
def comment(post: Post, alice: Member) -> Comment:
    added = post.comment("가로등이 밝아요", alice)
    db.session.commit()
    return added


def found() -> int:
    results = searching.find(searching.SearchQuery("가로등", tab="comments"), PageRequest())
    assert results
    return results.counts["comments"]


def notices(post: Post, member: Member | None) -> list[str]:
    """What each member of a thread is shown of each comment: its text, or the kind of the notice."""
    lines = [line for thread in threads.of(post, member).threads for line in (thread.root, *thread.replies)]
    return [line.notice_for(member) or line.body for line in lines]


@pytest.mark.parametrize("state", ["held", "rules", "hold", "spam"])
def test_what_is_not_public_is_nowhere_and_comes_back(post, alice, bob, editor, comment, state):
    for _repeated in range(2):
        if state == "held":
            moderation.hold(comment, "link")
        else:
            moderation.hide(comment, state, "욕설")
        db.session.commit()
        assert (post.comment_count, threads.newest(9), found(), comment.is_public) == (0, [], 0, False)
        assert threads.by_ids([comment.id]) == []
        assert [comment.may_read(reader) for reader in (None, bob, alice, editor)] == [
            False,
            False,
            True,
            True,
        ]
        assert not any(comment.may_be_answered(post, reader) for reader in (alice, bob, editor))
    with pytest.raises(ParentGone):
        post.comment("답글", bob, comment)
    for _repeated in range(2):
        moderation.approve(comment) if state == "held" else moderation.restore(comment)
        db.session.commit()
        assert (post.comment_count, len(threads.newest(9)), found()) == (1, 1, 1)
        assert notices(post, None) == ["가로등이 밝아요"]


@pytest.mark.parametrize(
    ("state", "guest", "author"),
    [
        ("held", [], ["가로등이 밝아요"]),
        ("rules", ["rules"], ["rules"]),
        ("hold", ["hold"], ["hold"]),
        ("spam", [], []),
    ],
)
def test_what_stands_in_its_place(post, alice, bob, editor, comment, state, guest, author):
    moderation.hold(comment, "link") if state == "held" else moderation.hide(comment, state)
    db.session.commit()
    assert [notices(post, reader) for reader in (None, bob)] == [guest, guest]
    assert [notices(post, reader) for reader in (alice, editor)] == [author, author]


def test_replies_beneath_it_stay_readable(post, alice, bob, editor, comment):
    post.comment("답글", bob, comment)
    db.session.commit()
    moderation.hold(comment, "reports")
    assert [notices(post, reader) for reader in (None, alice)] == [
        ["held", "답글"],
        ["가로등이 밝아요", "답글"],
    ]
    moderation.hide(comment, "spam")
    assert [notices(post, reader) for reader in (None, alice)] == [["deleted", "답글"]] * 2
    db.session.commit()
    assert post.comment_count == 1


def test_a_held_one_that_is_hidden_was_never_seen(post, alice, bob, editor, comment):
    moderation.hold(comment, "first")
    moderation.hide(comment, "rules", "욕설")
    db.session.commit()
    assert [notices(post, reader) for reader in (None, bob, alice)] == [[], [], ["rules"]]


def test_each_hiding_ends_on_its_own(post, alice, comment):
    moderation.hold(comment, "first")
    for kind in ("spam", "rules", "hold"):
        moderation.hide(comment, kind, kind)
    assert (comment.hidden_for, comment.hidden_reason) == ("spam", "spam")
    moderation.restore(comment, "rules")
    assert comment.hidden_for == "spam"
    moderation.restore(comment)
    assert (comment.hidden_for, comment.hidden_reason) == ("hold", "hold")
    moderation.restore(comment, "spam")
    moderation.restore(comment)
    assert (comment.hidden_at, comment.hidden_for, comment.hidden_reason) == (None, "", "")
    assert comment.held_for == "first"
    moderation.approve(comment)
    db.session.commit()
    assert post.comment_count == 1


def test_a_deleted_one_is_neither_held_nor_hidden(post, comment):
    moderation.hold(comment, "first")
    comment.delete()
    moderation.approve(comment)
    moderation.hold(comment, "link")
    moderation.hide(comment, "spam")
    db.session.commit()
    assert (comment.held_at, comment.hidden_at, post.comment_count) == (None, None, 0)


def test_several_of_one_article_at_once_are_counted(post, alice, bob):
    comments = [post.comment(str(number), alice) for number in range(5)]
    db.session.commit()
    for comment in comments[:2]:
        moderation.hold(comment, "word")
    comments[2].delete()
    comments[3].delete()
    post.comment("여섯째", bob)
    db.session.commit()
    assert post.comment_count == 2
