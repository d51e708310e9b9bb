"""The panel of what is worth a look: on the writing page, asked by a script, and what one press adds."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from database import db
from domain.desk.checks import care
from models import Member, Paper, Post, Section, local, now

SAD = "<p>느티동에서 스스로 목숨을 끊은 것으로 알려졌다. 문의 010-1234-5678.</p>"


@pytest.fixture
def desk(client: Any, editor: Member) -> Any:
    return client.log_in(editor)


def test_a_script_gets_the_panel_alone(desk: Any, section: Section) -> None:
    answer = desk.send("/desk/checks", title="느티동 사건", body=SAD, section_id=section.id)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "자살을 다룬 기사입니다" in answer.text
    assert 'data-place="010-1234-5678"' in answer.text
    assert "<mark>010-1234-5678</mark>" in answer.text
    assert not db.session.scalars(select(Post)).all()


def test_nothing_to_look_at_is_an_empty_panel(desk: Any, section: Section) -> None:
    assert not desk.send("/desk/checks", title="느티천 산책길", body="<p>열렸다.</p>").text.strip()
    assert not desk.send("/desk/checks").text.strip()


def test_the_papers_own_telephone_is_no_news(desk: Any, paper: Paper) -> None:
    paper.telephone = "02-123-4567, 010-1234-5678"
    db.session.commit()
    body = "<p>제보 010-1234-5678</p>"
    assert not desk.send("/desk/checks", title="알림", body=body).text.strip()


def test_the_writing_page_has_it_without_scripts_too(desk: Any, post: Post) -> None:
    assert "공개 전 살펴볼 것" not in desk.get(f"/desk/posts/{post.id}/edit").text
    post.body = SAD
    db.session.commit()
    page = desk.get(f"/desk/posts/{post.id}/edit").text
    assert "공개 전 살펴볼 것 2가지" in page
    assert 'formaction="/desk/checks/help-line"' in page
    assert "자살을 다룬 기사입니다" in desk.get(f"/desk/posts/{post.id}/preview").text


@pytest.mark.parametrize("body", [SAD, "스스로 목숨을 끊은 것으로 알려졌다.", ""])
def test_one_press_adds_the_help_line_and_saves_nothing(desk: Any, post: Post, body: str) -> None:
    before = post.body
    answer = desk.send("/desk/checks/help-line", post_id=post.id, title="느티동", body=body)
    assert answer.status_code == 200
    assert care.HELP_LINE in answer.text
    assert "/desk/checks/help-line" not in answer.text  # it is offered once
    db.session.refresh(post)
    assert post.body == before


def test_the_article_itself_is_no_duplicate(desk: Any, post: Post) -> None:
    page = desk.send("/desk/checks", post_id=post.id, title=post.title, body=post.body).text
    assert "비슷한 기사" not in page
    assert f"/desk/posts/{post.id}/edit" in desk.send("/desk/checks", title=post.title, body="<p>글</p>").text


def test_an_embargo_is_a_button_that_schedules(desk: Any, section: Section) -> None:
    moment = (local(now()) + timedelta(days=2)).replace(hour=6, minute=0, second=0, microsecond=0)
    body = f"<p>보도시점: {moment.month}월 {moment.day}일 06:00 이후</p><p>느티천이 열린다.</p>"
    page = desk.send("/desk/checks", title="느티천", body=body).text
    assert f'name="chip" value="{moment:%Y-%m-%dT%H:%M}"' in page


@pytest.mark.parametrize("path", ["/desk/checks", "/desk/checks/help-line"])
def test_odd_requests(desk: Any, paper: Paper, path: str) -> None:
    assert desk.get(path).status_code == 405
    assert desk.send(path, post_id="999", title="글").status_code == 404
    assert desk.send(path, post_id="느티", section_id="x", published_at="곧", title="\0글").status_code == 200
