"""공감, 추천, 스크랩: the counts equal the rows, whatever is pressed, deleted and left in whatever order."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from database import db
from domain.moderation import comments as moderation
from domain.neighbours import personal_data, reactions
from domain.neighbours.models import CommentLike, PostLike, Scrap
from models import Comment, Member, Post, Refused

NAMES = ("가", "나", "다")
ACTS = (
    "like", "unlike", "toggle", "recommend", "scrap", "delete", "hold", "approve", "hide", "restore", "leave",
)  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=25
)


def counted(table, column):
    rows = db.session.execute(select(column, func.count()).select_from(table).group_by(column))
    return dict(rows.all())


def check_counts():
    comments = dict(db.session.execute(select(Comment.id, Comment.like_count)).all())
    likes = counted(CommentLike, CommentLike.comment_id)
    assert comments == {comment_id: likes.get(comment_id, 0) for comment_id in comments}
    posts = dict(db.session.execute(select(Post.id, Post.like_count)).all())
    assert posts == {post_id: counted(PostLike, PostLike.post_id).get(post_id, 0) for post_id in posts}


def act(name, member, comment, post):
    if name in ("like", "unlike", "toggle"):
        wanted = {"like": True, "unlike": False, "toggle": None}[name]
        before = comment.id in reactions.of_member(post.id, member.id).comment_ids
        is_liked = reactions.like_comment(comment, member, wanted)
        assert is_liked == ((not before) if wanted is None else wanted)
        assert comment.is_public
        assert comment.member_id != member.id
    elif name == "recommend":
        reactions.like_post(post, member)
    elif name == "scrap":
        reactions.keep_post(post, member)
    elif name == "delete":
        comment.delete()
    elif name == "leave":
        personal_data.erase(member, comments="delete" if comment.id % 2 else "keep", secret="secret")
    else:
        getattr(moderation, name)(comment, *{"hold": ["words"], "hide": ["rules"]}.get(name, []))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_counts_equal_the_rows_after_any_sequence(post, script):
    savepoint = db.session.begin_nested()
    members = []
    for number, name in enumerate(NAMES):
        member = Member(password_hash="!")
        member.name_as(f"member_{number}", f"이웃{name}", f"m{number}@example.com")
        db.session.add(member)
        members.append(member)
    db.session.flush()
    comments = [post.comment(f"댓글 {member.nickname}", member) for member in members]
    db.session.flush()
    for name, who, which in script:
        if members[who].left_at is None:
            with suppress(Refused):
                act(name, members[who], comments[which], post)
        db.session.flush()
        db.session.expire_all()
        check_counts()
    savepoint.rollback()


def test_each_once(post, alice, bob):
    comment = post.comment("좋은 소식", bob)
    db.session.flush()
    for _again in range(3):
        assert reactions.like_comment(comment, alice, True)
        assert reactions.like_post(post, alice, True)
        assert reactions.keep_post(post, alice, True)
    db.session.commit()
    assert (comment.like_count, post.like_count) == (1, 1)
    own = reactions.of_member(post.id, alice.id)
    assert (own.comment_ids, own.likes_post, own.has_scrap) == ({comment.id}, True, True)
    assert reactions.of_member(post.id, bob.id) == reactions.OwnReactions(frozenset(), False, False)


def test_who_may_not_like(post, alice, bob, banned, editor):
    public, secret, held = (post.comment("글", bob, secret=secret) for secret in (False, True, False))
    moderation.hold(held, "words")
    db.session.commit()
    for member, comment in ((bob, public), (editor, secret), (editor, held), (banned, public)):
        with pytest.raises(Refused) as refused:
            reactions.like_comment(comment, member)
        assert refused.value.status == 403
    with pytest.raises(Refused):
        reactions.like_post(post, banned)
    public.delete()
    db.session.commit()
    with pytest.raises(Refused) as refused:
        reactions.like_comment(public, alice)
    assert refused.value.status == 410


def test_deleting_a_comment_takes_its_likes_along(post, alice, bob):
    comment = post.comment("곧 지울 글", bob)
    db.session.flush()
    reactions.like_comment(comment, alice)
    reactions.keep_post(post, alice)
    db.session.commit()
    comment.delete()
    db.session.commit()
    assert comment.like_count == 0
    assert db.session.scalar(select(func.count()).select_from(CommentLike)) == 0
    assert db.session.scalar(select(func.count()).select_from(Scrap)) == 1
