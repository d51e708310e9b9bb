"""Whatever is done to comments, and in whatever order: threads, counts, lists and searches stay right."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select

from config import ROOT
from database import db
from domain.moderation import comments as moderation
from domain.moderation import decisions, spam
from domain.moderation import settings as comment_settings
from domain.moderation.models import Hiding
from domain.neighbours import commenting, personal_data
from domain.neighbours.commenting import CommentDraft
from domain.neighbours.models import CommentLike, PostLike, Scrap
from domain.reading import threads
from domain.search import searching
from lib.web.paging import PageRequest
from models import Comment, Member, Post, Refused

ACTS = (
    "post", "reply", "secret", "edit", "edit with a word", "delete", "hold", "approve", "hide", "restore",
    "measure", "measure ends", "spam", "undo", "leave and keep", "leave and delete",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 30)), min_size=4, max_size=25
)


class World:
    """An article with two members and an editor; `act` does one step to it."""

    def __init__(self, post: Post, people: list[Member]):
        self.post, self.people, self.editor = post, people, people[-1]
        self.word = f"느티나무{post.id}길"

    def comments(self) -> list[Comment]:
        own = select(Comment).where(Comment.post_id == self.post.id).order_by(Comment.id)
        return list(db.session.scalars(own))

    def act(self, name: str, who: int, which: int) -> None:
        """Refused is an answer too: it changes nothing."""
        comments = self.comments()
        comment = comments[which % len(comments)] if comments else None
        member = self.people[who % len(self.people)]
        try:
            if name in ("post", "secret") or comment is None:
                self._post(member, None, secret=name == "secret")
            elif name == "reply":
                self._post(member, comment.id)
            elif name in _OF_COMMENTS:
                _OF_COMMENTS[name](comment)
            else:
                self._of_member(name, member)
        except Refused:
            db.session.rollback()
        db.session.commit()

    def _post(self, member: Member, parent_id: int | None, *, secret: bool = False) -> None:
        draft = CommentDraft(f"{self.word} {len(self.comments())}", parent_id=parent_id, secret=secret)
        if member.is_active:
            commenting.post_comment(self.post, member, draft)

    def _of_member(self, name: str, member: Member) -> None:
        if name == "spam":
            spam.mark(member, self.editor)
        elif name == "undo":
            spam.undo(member, self.editor)
        elif not member.left_at:
            kept = "keep" if name.endswith("keep") else "delete"
            personal_data.erase(member, comments=kept, secret="secret")


def _edit(suffix: str) -> Callable[[Comment], None]:
    def edit(comment: Comment) -> None:
        if comment.may_edit(comment.member):
            commenting.edit_comment(
                comment, comment.member, f"느티나무{comment.post_id}길 {comment.id} {suffix}"
            )

    return edit


_OF_COMMENTS: dict[str, Callable[[Comment], Any]] = {
    "edit": _edit("고침"),
    "edit with a word": _edit("얼간이"),
    "delete": Comment.delete,
    "hold": lambda comment: moderation.hold(comment, "reports"),
    "approve": moderation.approve,
    "hide": lambda comment: decisions.hide([comment.id], "욕설"),
    "restore": lambda comment: decisions.restore([comment.id]),
    "measure": lambda comment: moderation.hide(comment, "hold"),
    "measure ends": lambda comment: moderation.restore(comment, "hold"),
}


@pytest.fixture
def make_world(make_post: Callable[..., Post]) -> Callable[[], World]:
    """A new article and new members: what one example leaves is of no concern to the next."""
    numbers = iter(range(10_000))

    def make() -> World:
        people = []
        for name, is_editor in (("a", False), ("b", False), ("e", True)):
            member = Member(password_hash="!", is_editor=is_editor)
            username = f"{name}{next(numbers)}"
            member.name_as(username, username, f"{username}@example.com")
            people.append(member)
        db.session.add_all(people)
        comment_settings.save(comment_settings.CommentSettings(0, 0, ("얼간이",), "", ""))
        return World(make_post(), people)

    return make


def public(post: Post) -> list[Comment]:
    comments = db.session.scalars(select(Comment).where(Comment.post_id == post.id)).all()
    return [one for one in comments if not (one.secret or one.deleted_at or one.held_at or one.hidden_at)]


def check(world: World) -> None:
    """What has to be true after every step."""
    post, readable = world.post, public(world.post)
    db.session.refresh(post)
    assert post.comment_count == len(readable)
    assert {comment.id for comment in readable} == set(
        db.session.scalars(select(Comment.id).where(Comment.post_id == post.id, Comment.is_public_now()))
    )
    assert {line.id for line in threads.newest(99) if line.post_id == post.id} <= {c.id for c in readable}
    results = searching.find(searching.SearchQuery(world.word, tab="comments"), PageRequest())
    assert results
    assert results.counts["comments"] == len(readable)
    for reader in (None, *world.people):
        check_threads(world, reader)
    check_hidings(world)


def check_threads(world: World, reader: Member | None) -> None:
    page = threads.of(world.post, reader)
    shown = [line for thread in page.threads for line in (thread.root, *thread.replies)]
    assert [line.id for line in shown] == sorted((line.id for line in shown), key=lambda id: order(world, id))
    assert all(reply.root_id == thread.root.id for thread in page.threads for reply in thread.replies)
    comments = {comment.id: comment for comment in world.comments()}
    texts = {line.id for line in shown if not line.notice_for(reader)}
    assert {comment.id for comment in public(world.post)} <= texts
    assert all(comments[id].may_read(reader) and not comments[id].hidden_at for id in texts)
    for line in shown:
        if (notice := line.notice_for(reader)) in ("deleted", "held"):  # only above what answers it
            answers = [c for c in comments.values() if line.id in (c.parent_id, c.root_id)]
            assert any(answer.id in {one.id for one in shown} for answer in answers), notice


def order(world: World, comment_id: int) -> tuple[int, int]:
    comment = db.session.get_one(Comment, comment_id)
    return (comment.root_id or comment.id, comment.id)


def check_hidings(world: World) -> None:
    for comment in world.comments():
        kinds = set(db.session.scalars(select(Hiding.kind).where(Hiding.comment_id == comment.id)))
        strongest = max(kinds, key=Comment.HIDDEN_FOR.index, default="")
        assert (comment.hidden_for, bool(comment.hidden_at)) == (strongest, bool(kinds))


def states(world: World) -> list[tuple[Any, ...]]:
    columns = ("id", "body", "held_at", "held_for", "hidden_at", "hidden_for", "hidden_reason", "deleted_at")
    return [tuple(getattr(comment, name) for name in columns) for comment in world.comments()]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_any_sequence(make_world: Callable[[], World], steps: list[tuple[str, int, int]]) -> None:
    world = make_world()
    for step in steps:
        world.act(*step)
    check(world)
    for member in world.people[:2]:  # spam and its undoing change nothing, whatever was before
        if member.is_active:
            before = states(world)
            spam.mark(member, world.editor)
            db.session.commit()
            assert not [comment for comment in public(world.post) if comment.member_id == member.id]
            check(world)
            spam.undo(member, world.editor)
            db.session.commit()
            assert states(world) == before
    check(world)


WORKER = """
import random, sys
from pathlib import Path
from app import create_app
app = create_app(data=Path(sys.argv[1]), secret_key="test", site_url="http://localhost")
with app.app_context():
    from sqlalchemy import select
    from sqlalchemy.exc import OperationalError
    from database import db, write_intent
    from domain.moderation import comments as moderation
    from domain.neighbours import commenting, reactions
    from models import Comment, Member, Post, Refused
    write_intent.set(True)
    number = int(sys.argv[2])
    chance = random.Random(number)
    def act(turn):
        post = db.session.get_one(Post, 1)
        ids = db.session.scalars(select(Comment.id)).all()
        member = db.session.get_one(Member, 1 + number % 2)
        name = chance.choice(
            ["post", "post", "delete", "hold", "approve", "hide", "restore"]
            + ["like", "like", "recommend", "scrap"] * (turn % 2 + 1)
        )
        if name == "post" or not ids:
            commenting.post_comment(post, member, commenting.CommentDraft(f"{number}-{turn}"))
            return
        comment = db.session.get_one(Comment, chance.choice(ids))
        acts = {
            "like": lambda: reactions.like_comment(comment, member),
            "recommend": lambda: reactions.like_post(post, member),
            "scrap": lambda: reactions.keep_post(post, member),
            "delete": comment.delete,
            "hold": lambda: moderation.hold(comment, "reports"),
            "approve": lambda: moderation.approve(comment),
            "hide": lambda: moderation.hide(comment, chance.choice(Comment.HIDDEN_FOR)),
            "restore": lambda: moderation.restore(comment),
        }
        acts[name]()
    for turn in range(50):
        try:
            act(turn)
            db.session.commit()
        except (OperationalError, Refused):  # a reader would be told to try again, or why not
            db.session.rollback()
"""


def test_four_processes_at_once(app: Any, post: Post, alice: Member, bob: Member) -> None:
    data = str(app.config["SETTINGS"].data)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, data, str(number)], env=environment, cwd=ROOT)
        for number in range(4)
    ]
    assert [worker.wait(timeout=300) for worker in workers] == [0] * 4
    db.session.rollback()
    db.session.refresh(post)
    written = db.session.scalar(select(func.count()).select_from(Comment))
    assert written
    assert post.comment_count == len(public(post))
    check_reactions()
    world = World(post, [alice, bob])
    check_threads(world, None)
    check_hidings(world)


def check_reactions() -> None:
    """The sums of likes equal a fresh count of the rows, and there were likes to count."""
    rows: Counter[tuple[type, int]] = Counter()
    for _table, target, key in (
        (CommentLike, Comment, CommentLike.comment_id),
        (PostLike, Post, PostLike.post_id),
    ):
        rows.update((target, id) for id in db.session.scalars(select(key)))
        for id, count in db.session.execute(select(target.id, target.like_count)):
            assert count == rows[target, id]
    assert rows.total()
    assert db.session.scalar(select(func.count()).select_from(Scrap)) in (0, 1, 2)
