"""The sample can be taken away again; what was written since stays."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from database import db, visitors_transaction
from domain.counter.models import PostDay, PostViews
from domain.desk import publishing
from domain.neighbours import commenting, membership
from domain.neighbours.commenting import CommentDraft
from domain.neighbours.models import ActivityDay, ActivityHour
from domain.paper import sections
from domain.sample import marks, removing, structure
from domain.sample.models import SampleMark
from lib.files.store import Store
from models import Attachment, Comment, Member, Paper, Photo, Post, Section, Tag, now

INVENTED = ("느티", "예시시", "홍길동", "도리안", "갈대밭", "버들마을", "솔재", "윗말", "아랫말")


@pytest.fixture
def store(sample_paper: Flask) -> Store:
    """The files of a paper with the sample."""
    return Store(sample_paper.config["SETTINGS"].media)


def remove(store: Store, **options: bool) -> dict[str, int]:
    removed = removing.remove(**options)
    db.session.commit()
    removing.remove_files(store)
    db.session.commit()
    return removed


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def rows_with(words: tuple[str, ...]) -> list[str]:
    """Tables and columns of the news that hold one of these words, those of the search index included."""
    found = []
    tables = db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
    for table in tables:
        for row in db.session.execute(text(f'SELECT * FROM "{table}"')).mappings():
            texts = {f"{table}.{name}": str(value) for name, value in row.items()}
            found += [name for name, value in texts.items() if any(word in value for word in words)]
    return sorted(set(found))


def files(store: Store) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_nothing_invented_is_left(store: Store) -> None:
    assert rows_with(INVENTED)
    assert len(files(store)) > 25
    removed = remove(store)
    assert (removed["posts"], removed["members"]) == (75, 8)
    assert removed["comments"] > 40
    for table in (Post, Comment, Photo, Attachment, Tag, Section, ActivityDay, ActivityHour, SampleMark):
        assert count(table) == 0, table
    assert rows_with(INVENTED) == []
    assert files(store) == []
    assert Paper.get().missing == list(Paper.REQUIRED)
    assert Paper.get().last_edited_at is None
    assert [member.username for member in db.session.scalars(select(Member))] == ["editor"]
    assert not marks.are_there()


def test_no_section_gets_the_id_of_one_of_the_sample(store: Store) -> None:
    before = set(db.session.scalars(select(Section.id)))
    remove(store)
    sections.adopt("village")
    assert not before & set(db.session.scalars(select(Section.id)))


def test_what_was_written_since_stays(store: Store) -> None:
    editor = membership.editor()
    alice = Member(password_hash="!")
    alice.name_as("alice", "가문비", "alice@paper.example")
    section = db.session.scalars(select(Section).where(Section.slug == "local")).one()
    own = Post(title="새 다리가 놓였습니다", body="<p>본문</p>", origin="own", published_at=now())
    own.file_under(section)
    lead = db.session.scalars(select(Post).where(Post.title.contains("다시 이어졌다"))).first()
    picture = db.session.scalars(select(Photo).where(Photo.post_id == lead.id)).first()
    db.session.add_all([alice, own])
    db.session.flush()
    digest, own_id = picture.digest, own.id
    publishing.add_photos(own, [picture.copy(caption="새 다리")])
    commenting.post_comment(own, alice, CommentDraft("축하합니다"))
    commenting.post_comment(lead, alice, CommentDraft("견본에 단 댓글"))
    Paper.get().name = "가람신문"
    db.session.commit()
    assert removing.contents().others_comments == 1
    remove(store)
    assert [post.title for post in db.session.scalars(select(Post))] == ["새 다리가 놓였습니다"]
    assert [comment.body for comment in db.session.scalars(select(Comment))] == ["축하합니다"]
    assert db.session.get_one(Post, own_id).comment_count == 1
    assert sorted(db.session.scalars(select(Member.username))) == ["alice", "editor"]
    assert {section.slug for section in db.session.scalars(select(Section))} == {"news", "local"}
    assert [path.name.split("-")[0] for path in files(store)] == [digest]
    assert (Paper.get().name, Paper.get().company_name) == ("가람신문", "")
    assert sum(db.session.scalars(select(ActivityDay.comments))) == 2
    assert sum(db.session.scalars(select(ActivityHour.joins))) == 1
    assert editor.username == "editor"


def test_an_article_with_another_title_and_another_text_stays(store: Store) -> None:
    posts = {post.title: post for post in db.session.scalars(select(Post).where(Post.comment_count > 1))}
    mine, retitled = list(posts.values())[:2]
    for post in (mine, retitled):
        post.title = "가람천에 새 다리"
    mine.body = "<p>전혀 다른 글입니다.</p>"
    root = db.session.scalars(select(Comment).where(Comment.post_id == mine.id)).first()
    alice = Member(password_hash="$argon2")
    alice.name_as("alice", "가문비", "alice@paper.example")
    db.session.add(alice)
    db.session.flush()
    commenting.post_comment(mine, alice, CommentDraft("제 댓글입니다"))
    commenting.post_comment(mine, alice, CommentDraft("견본 댓글에 단 답글", parent_id=root.id))
    db.session.commit()
    mine_id = mine.id
    assert removing.contents().rewritten == [mine]
    remove(store)
    assert db.session.scalars(select(Post.id)).all() == [mine_id]
    assert db.session.scalars(select(Comment.body)).all() == ["제 댓글입니다"]
    assert db.session.get_one(Post, mine_id).comment_count == 1
    assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []


def test_a_row_that_took_the_id_of_a_deleted_one_stays(store: Store, make_own: Callable[[], Post]) -> None:
    last = db.session.scalars(select(Post).order_by(Post.id.desc())).first()
    taken = last.id
    db.session.delete(last)
    db.session.commit()
    own = make_own()
    assert own.id == taken
    remove(store)
    assert db.session.scalars(select(Post.title)).all() == ["새 다리가 놓였습니다"]


@pytest.fixture
def make_own() -> Callable[[], Post]:
    def make() -> Post:
        section = db.session.scalars(select(Section).where(Section.slug == "local")).one()
        post = Post(title="새 다리가 놓였습니다", body="<p>본문</p>", origin="own", published_at=now())
        post.created_at = now() + timedelta(minutes=1)
        post.file_under(section)
        db.session.add(post)
        db.session.commit()
        return post

    return make


def test_sections_may_stay_and_views_go(store: Store) -> None:
    ids = removing.post_ids()
    assert len(ids) == 75
    with visitors_transaction() as connection:
        for table in (PostDay, PostViews):
            key = {"day": now().date()} if table is PostDay else {}
            rows = [{"post_id": id, "views": 3} | key for id in (ids[0], 9999)]
            connection.execute(table.__table__.insert(), rows)
        removing.forget_views(connection, ids)
    for table in (PostDay, PostViews):
        assert db.session.scalars(select(table.post_id)).all() == [9999]
    remove(store, keep_sections=True)
    assert count(Section) == len(structure.STRUCTURE["sections"])


def test_files_of_a_removal_that_was_cut_short_are_still_marked(store: Store) -> None:
    removing.remove()
    db.session.commit()
    assert marks.are_there()
    assert removing.contents().posts == 0
    assert remove(store)["posts"] == 0
    assert files(store) == []
    assert not marks.are_there()


def test_every_row_of_the_sample_is_marked(store: Store) -> None:
    for table in (Post, Comment, Photo, Attachment, Tag, Section):
        assert len(marks.rows(table)) == count(table), table
    assert len(marks.rows(Member)) == count(Member) - 1
    assert {path.name.split("-")[0].split(".")[0] for path in files(store)} == marks.files()
