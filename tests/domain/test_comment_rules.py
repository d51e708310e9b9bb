"""What lets a comment wait, what is refused, when comments are closed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from database import db
from domain.moderation import closing, rules, settings
from domain.moderation import comments as moderation
from domain.neighbours import commenting
from domain.neighbours.commenting import CommentDraft, post_comment
from models import Refused, now


@pytest.fixture
def ruled(app):
    """Change settings."""

    def change(**values):
        settings.save(replace(settings.read(), **values))
        db.session.commit()

    return change


def held_for(comment):
    db.session.commit()
    return comment.held_for.split("\n") if comment.held_at else []


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        ("반갑습니다", []),
        ("https://maeul.kr 보세요", ["link"]),
        ("ｍａｅｕｌ．ｋｒ 보세요", ["link"]),
        ("010-1234-5678로 전화 주세요", ["telephone"]),
        ("０１０-１２３４-５６７８", ["telephone"]),
        ("공일공 일이삼사 오육칠팔이에요", ["telephone"]),
        ("그 차 12가3456 이에요", ["plate"]),
        ("2026/11/30에 1,234,567원", []),
        ("농협 302-1234-5678-91 입금", ["account"]),
        ("야 이 바.보", ["word:바보"]),
        ("바보 010-1234-5678 maeul.kr", ["word:바보", "telephone", "link"]),
    ],
)
def test_what_waits(post, alice, editor, ruled, body, reasons):
    ruled(words=("얼간이", "바보"))
    comment = post_comment(post, alice, CommentDraft(body))
    assert held_for(comment) == reasons
    assert post.comment_count == (not reasons)
    assert held_for(post_comment(post, editor, CommentDraft(body))) == []
    assert held_for(post_comment(post, alice, CommentDraft(body, secret=True))) == []
    if reasons:
        assert all(rules.explain(comment.held_for))


def test_only_a_first_comment_with_a_link_waits(post, alice):
    post_comment(post, alice, CommentDraft("비밀", secret=True))
    first = post_comment(post, alice, CommentDraft("maeul.kr"))
    again = post_comment(post, alice, CommentDraft("또 maeul.kr"))
    assert (held_for(first), held_for(again)) == (["link"], ["link"])  # none is approved
    moderation.approve(first)
    assert held_for(post_comment(post, alice, CommentDraft("셋째 maeul.kr"))) == []


def test_the_first_comments_of_a_new_member_wait(post, alice, ruled):
    ruled(first_comments=2)
    comments = [post_comment(post, alice, CommentDraft(f"{number}")) for number in range(3)]
    assert [held_for(comment) for comment in comments] == [["first"]] * 3
    moderation.approve(comments[0])
    moderation.approve(comments[1])
    assert held_for(post_comment(post, alice, CommentDraft("넷째"))) == []
    assert (len(held_for(comments[2])), post.comment_count) == (1, 3)


def test_an_edit_may_wait_again(post, alice, ruled):
    ruled(words=("바보",))
    comment = post_comment(post, alice, CommentDraft("안녕"))
    assert held_for(comment) == []
    for body, reasons in (
        ("안녕 maeul.kr", ["link"]),
        ("안녕 바보", ["word:바보"]),
        ("안녕히", ["word:바보"]),
    ):
        commenting.edit_comment(comment, alice, body)
        assert held_for(comment) == reasons
        assert post.comment_count == 0
    moderation.approve(comment)
    commenting.edit_comment(comment, alice, "안녕하세요")
    assert held_for(comment) == []


def test_resident_numbers_are_refused(post, alice, editor):
    comment = post_comment(post, alice, CommentDraft("안녕"))
    for author in (alice, editor):
        for secret in (False, True):
            with pytest.raises(rules.TextRefused):
                post_comment(post, author, CommentDraft("９００１０１-１２３４５６７", secret=secret))
    with pytest.raises(rules.TextRefused):
        commenting.edit_comment(comment, alice, "900101-1234567")
    assert comment.body == "안녕"


def test_numbers_of_the_paper_do_not_wait(post, paper, alice):
    paper.telephone, post.telephone = "031-123-4567", "010-9999-0000"
    db.session.commit()
    assert held_for(post_comment(post, alice, CommentDraft("031-123-4567 010-9999-0000"))) == []


def test_sections_and_age_close_comments(post, make_post, alice, ruled):
    old = make_post(published_at=now() - timedelta(days=30, seconds=1))
    young = make_post(published_at=now() - timedelta(days=30) + timedelta(minutes=1))
    boards = (post.section, post.section.parent)
    why = lambda article: closing.why_closed(article, boards, settings.read())  # noqa: E731
    assert [why(old), why(young), why(post)] == [""] * 3
    ruled(closed_after_days=30)
    assert [bool(why(old)), why(young), why(post)] == [True, "", ""]
    with pytest.raises(Refused, match="30"):
        post_comment(old, alice, CommentDraft("늦은 댓글"))
    post.section.parent.comments_close_after_days = 0  # of the group, in place of the paper's
    assert [why(old), why(young), why(post)] == [""] * 3
    post.section.comments_close_after_days = 30
    assert [bool(why(old)), why(young), why(post)] == [True, "", ""]
    for board in boards:
        boards[0].comments_from = boards[1].comments_from = "members"
        board.comments_from = "nobody"
        db.session.commit()
        assert all((why(old), why(young), why(post)))
        with pytest.raises(Refused):
            commenting.check_open(post, alice)
