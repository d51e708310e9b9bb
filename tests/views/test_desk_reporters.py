"""The list of reporters at the desk, and what the writing page and articles show of it."""

import re
from collections.abc import Callable

import pytest
from client import Client
from sqlalchemy import select

from database import db
from domain.desk import reporters
from domain.desk.models import Reporter
from models import Member, Post, Section

MakePost = Callable[..., Post]


@pytest.fixture
def desk(client: Client, paper: object, editor: Member) -> Client:
    return client.log_in(editor)


def add(*names: str) -> list[Reporter]:
    added = [reporters.save(None, name, f"r{number}@paper.example") for number, name in enumerate(names)]
    db.session.commit()
    return added


def listed() -> list[tuple[str, str]]:
    db.session.expire_all()
    return [(reporter.name, reporter.email) for reporter in reporters.listed()]


def test_reporters_are_added_changed_ordered_and_removed(desk: Client) -> None:
    for name in ("홍길동 기자", "김느티"):
        assert desk.send("/desk/reporters", name=name, email="A@Paper.Example").status_code == 303
    assert listed() == [("홍길동 기자", "A@paper.example"), ("김느티", "A@paper.example")]
    first, second = reporters.listed()
    desk.send(f"/desk/reporters/{second.id}/position", move="up")
    desk.send(f"/desk/reporters/{second.id}/position", move="up")  # is the first already
    fields = {f"r{first.id}-name": "홍길순 기자", f"r{first.id}-email": ""}
    assert desk.send(f"/desk/reporters/{first.id}", **fields).status_code == 303
    assert listed() == [("김느티", "A@paper.example"), ("홍길순 기자", "")]
    assert "홍길순 기자" in desk.get("/desk/reporters").text
    assert desk.send(f"/desk/reporters/{second.id}/removal").status_code == 303
    assert listed() == [("홍길순 기자", "")]


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"name": "", "email": ""}, 422, "적어 주세요"),
        ({"name": "가" * 41, "email": ""}, 422, "40"),
        ({"name": "새 기자", "email": "아님"}, 422, "이메일 주소"),
        ({"name": "홍길동 기자", "email": ""}, 409, "이미 목록에 있는"),
    ],
)
def test_bad_input_is_kept_and_explained(
    desk: Client, fields: dict[str, str], status: int, sentence: str
) -> None:
    add("홍길동 기자")
    answer = desk.send("/desk/reporters", **fields)
    assert answer.status_code == status
    assert sentence in answer.text
    assert fields["name"] in answer.text
    assert len(listed()) == 1


def test_the_list_has_an_end(desk: Client) -> None:
    add(*(f"기자{number}" for number in range(Reporter.MOST)))
    answer = desk.send("/desk/reporters", name="하나 더", email="")
    assert answer.status_code == 409
    assert str(Reporter.MOST) in answer.text


def test_missing_reporters_and_other_people(desk: Client, alice: Member) -> None:
    (reporter,) = add("홍길동 기자")
    for path in ("", "/position", "/removal"):
        assert desk.send(f"/desk/reporters/{10**30}{path}", move="up").status_code == 404
        assert desk.get(f"/desk/reporters/{reporter.id}{path}").status_code == 405
    assert desk.send(f"/desk/reporters/{reporter.id}/position", move="aside").status_code == 422
    desk.log_in(alice)
    assert desk.send("/desk/reporters", name="앨리스", email="").status_code == 403
    assert listed() == [("홍길동 기자", "r0@paper.example")]


def test_an_article_says_who_wrote_it(desk: Client, client: Client, make_post: MakePost) -> None:
    add("홍길동 기자", "김느티", "이한 시민기자")
    for byline, named in (
        ("홍길동 기자", ["홍길동 기자"]),
        ("홍길동·김느티 기자", ["홍길동 기자", "김느티"]),
        ("이한", ["이한 시민기자"]),
        ("홍길동순 기자", []),
        ("기자", []),
        ("", []),
    ):
        post = make_post(byline=byline)
        page = client.get(f"/posts/{post.id}").text
        foot = re.findall(r'<ul class="reporters">.*?</ul>', page, re.DOTALL)
        assert re.findall(r"<b>(.*?)</b>", "".join(foot)) == named, byline
    post = make_post(byline="김느티 기자")
    assert 'href="mailto:r1@paper.example"' in client.get(f"/posts/{post.id}").text
    desk.send(f"/desk/reporters/{reporters.listed()[1].id}/removal")
    assert "r1@paper.example" not in client.get(f"/posts/{post.id}").text


def test_a_new_article_proposes_what_was_chosen_last(
    desk: Client, section: Section, editor: Member, make_post: MakePost
) -> None:
    add("홍길동 기자")
    first = desk.get("/desk/posts/new").text
    assert '<option value="홍길동 기자">' in first
    assert "지난번처럼" not in first
    desk.send(
        "/desk/posts", title="지난 기사", body="글", section_id=section.id, byline="홍길동 기자",
        origin="release", publish="draft",
    )  # fmt: skip
    make_post(title="다른 이의 기사", byline="다른 이")
    page = desk.get("/desk/posts/new").text
    assert 'value="홍길동 기자"' in re.search(r'<input[^>]*name="byline"[^>]*>', page)[0]  # type: ignore[index]
    assert f'<option selected value="{section.id}">' in page
    assert re.search(r'data-choose="release" data-last hidden>지난번처럼: 보도자료', page)
    origins = re.search(r'<select[^>]*name="origin".*?</select>', page, re.DOTALL)
    assert re.search(r'<option selected value="">', origins[0])  # type: ignore[index]
    answer = desk.send("/desk/posts", title="새 기사", body="글", section_id=section.id, publish="now")
    assert answer.status_code == 422  # the origin is not taken over
    assert db.session.scalar(select(Post.id).where(Post.title == "새 기사")) is None
