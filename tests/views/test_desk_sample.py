"""Taking the sample away at the desk."""

import pytest
from client import Client
from flask import Flask
from sqlalchemy import select

from database import db, visitors_transaction
from domain.counter.models import PostViews
from domain.keeping.models import ActivityEntry
from domain.neighbours import membership
from domain.sample import models as sample_models
from models import Member, Paper, Post, Section

SURE = {"is_sure": "1", "sections": "remove"}


@pytest.fixture
def sample_editor(sample_paper: Flask) -> Member:
    return membership.editor()


def test_the_sample_is_removed(client: Client, sample_editor: Member) -> None:
    client.log_in(sample_editor)
    assert "/desk/sample" in client.get("/desk/paper").text
    shown = db.session.scalars(select(Post.id)).first()
    with visitors_transaction() as connection:
        connection.execute(PostViews.__table__.insert(), [{"post_id": shown, "views": 3}])
    page = client.get("/desk/sample")
    assert (page.status_code, "기사 75" in page.text) == (200, True)
    answer = client.send("/desk/sample/removal", **SURE)
    assert (answer.status_code, answer.location) == (303, "/desk/paper")
    assert "견본을 지웠습니다: 기사 75건, 회원 8명" in client.get("/desk/paper").text
    for table in (Post, Section, PostViews, sample_models.SampleMark):
        assert db.session.scalars(select(table)).all() == []
    assert client.get("/").status_code == 200
    assert client.get(f"/posts/{shown}").status_code == 404
    assert "느티" not in client.get("/").text
    assert db.session.scalars(select(ActivityEntry.act)).all() == ["sample-removed"]
    assert "견본이 남아 있지 않습니다" in client.get("/desk/sample").text
    assert "/desk/sample" not in client.get("/desk/paper").text


def test_sections_stay_unless_they_are_chosen(client: Client, sample_editor: Member) -> None:
    client.log_in(sample_editor)
    assert client.send("/desk/sample/removal", is_sure="1", sections="keep").status_code == 303
    assert len(db.session.scalars(select(Section)).all()) == 23


def test_a_proposal_may_take_their_place(client: Client, sample_editor: Member) -> None:
    client.log_in(sample_editor)
    assert client.send("/desk/sample/removal", is_sure="1", sections="village").status_code == 303
    assert "우리 동네" in db.session.scalars(select(Section.name)).all()
    assert "도서관" not in client.get("/").text


@pytest.mark.parametrize("wrong", [{"sections": "keep"}, {"is_sure": "1", "sections": "elsewhere"}])
def test_bad_input_removes_nothing(
    client: Client, paper: Paper, post: Post, editor: Member, wrong: dict[str, str]
) -> None:
    db.session.add(sample_models.SampleMark(kind="posts", key=str(post.id), made_at=post.created_at))
    db.session.commit()
    client.log_in(editor)
    assert client.send("/desk/sample/removal", **wrong).status_code == 422
    assert db.session.get(Post, post.id)


def test_only_for_the_editor(client: Client, paper: Paper, alice: Member) -> None:
    assert client.get("/desk/sample").status_code == 302
    assert client.send("/desk/sample/removal", **SURE).status_code == 401
    client.log_in(alice)
    assert client.get("/desk/sample").status_code == 403
    assert client.send("/desk/sample/removal", **SURE).status_code == 403


def test_without_a_sample_nothing_happens(client: Client, post: Post, editor: Member) -> None:
    client.log_in(editor)
    assert client.get("/desk/sample/removal").status_code == 405
    assert client.send("/desk/sample/removal", **SURE).status_code == 303
    assert db.session.get(Post, post.id)
