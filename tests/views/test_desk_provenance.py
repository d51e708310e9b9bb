"""Where an article comes from: chosen by the editor, proposed by the page, never assumed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from database import db
from models import Post, Section, now

RELEASE = "<p>□ 느티시는 산책길을 연다고 밝혔다.</p>"


@pytest.fixture
def desk(client: Any, editor: Any, paper: Any) -> Any:
    return client.log_in(editor)


def posts() -> list[Post]:
    db.session.expire_all()
    return list(db.session.scalars(select(Post).order_by(Post.id)))


def written(section: Section, **fields: Any) -> dict[str, Any]:
    return {"section_id": section.id, "title": "느티천 산책길 열려", "body": "<p>본문입니다.</p>"} | fields


def chosen(page: str) -> str:
    select = re.search(r'<select[^>]* name="origin".*?</select>', page, re.DOTALL)
    option = re.search(r'<option selected value="(\w*)"', select[0]) if select else None
    return option[1] if option else ""


def is_proposed(page: str) -> bool:
    return re.search(r"data-proposal>", page) is not None


def test_nothing_is_chosen_for_a_new_article(desk: Any) -> None:
    page = desk.get("/desk/posts/new").text
    assert chosen(page) == ""
    assert "출처를 골라 주세요" in page


@pytest.mark.parametrize(
    "publication", [{"publish": "now"}, {"publish": "at", "published_at": "2099-01-02T09:30"}]
)
def test_nothing_appears_without_an_origin(desk: Any, section: Section, publication: dict[str, str]) -> None:
    answer = desk.send(
        "/desk/posts",
        **written(section, body="남는 본문", subtitle="남는 부제", tags="느티천", **publication),
    )
    assert answer.status_code == 422
    assert "이 기사의 출처를 골라 주세요" in answer.text
    assert all(text in answer.text for text in ("남는 본문", "남는 부제", "느티천", 'href="#origin"'))
    assert publication.get("published_at", "") in answer.text
    assert posts() == []


def test_a_draft_may_be_without_an_origin_and_is_asked_later(desk: Any, section: Section) -> None:
    assert desk.send("/desk/posts", **written(section, publish="draft")).status_code == 303
    post = posts()[0]
    assert (post.state, post.origin) == ("draft", "")
    address = f"/desk/posts/{post.id}"
    assert desk.send(address, **written(section, publish="now")).status_code == 422
    assert desk.send(f"{address}/publication", publish="now").status_code == 422
    assert posts()[0].state == "draft"
    desk.send(address, **written(section, publish="now", origin="tip"))
    assert (posts()[0].state, posts()[0].origin) == ("published", "tip")


def test_a_draft_without_an_origin_can_be_previewed(desk: Any, section: Section) -> None:
    answer = desk.send("/desk/posts", **written(section, preview="1"))
    assert answer.status_code == 303
    assert 'class="sources"' not in desk.get(f"{answer.location}/page").text


def test_the_origin_of_a_published_article_cannot_be_emptied(desk: Any, post: Post, section: Section) -> None:
    assert desk.send(f"/desk/posts/{post.id}", **written(section, origin="")).status_code == 422
    assert posts()[0].origin == "own"


def test_an_article_without_an_origin_says_nothing_of_it(client: Any, make_post: Callable[..., Post]) -> None:
    page = client.get(f"/posts/{make_post(origin='', published_at=now()).id}").text
    assert "직접 취재" not in page
    assert "저작권자 ©" not in page
    credited = client.get(f"/posts/{make_post(origin='', credit_line='사진: 느티시').id}").text
    assert "사진: 느티시" in credited
    assert "직접 취재" not in credited


@pytest.mark.parametrize(
    ("body", "origin", "is_expected"),
    [
        (RELEASE, "", True),
        ("○ 첫째 줄\n○ 둘째 줄", "", True),
        ("<p>첫 줄</p><p>&nbsp;▲ 둘째</p>", "", True),
        ("<p>시장은 길을 연다고 밝혔다.</p>", "", True),
        ("<p>어제 시장에서 국수 잔치가 열렸다.</p>", "", False),
        (RELEASE, "own", True),
        ("<p>시장은 길을 연다고 밝혔다.</p>", "own", False),
        (RELEASE, "release", False),
        (RELEASE, "advertisement", False),
    ],
)
def test_a_text_like_a_release_proposes_one_and_sets_nothing(
    desk: Any, section: Section, body: str, origin: str, *, is_expected: bool
) -> None:
    fields = written(section, title="", body=body, origin=origin, publish="now")
    page = desk.send("/desk/posts", **fields)
    assert page.status_code == 422
    assert is_proposed(page.text) is is_expected
    assert chosen(page.text) == origin


def test_saving_asks_for_the_origin_whoever_calls_it(editor: Any, section: Section) -> None:
    from domain.desk import saving
    from models import Refused

    columns = {"title": "느티천 산책길", "body": "본문"}
    with pytest.raises(Refused, match="출처"):
        saving.save(None, editor, saving.PostDraft(section.id, columns, publication="now"))
    db.session.rollback()
    post = saving.save(None, editor, saving.PostDraft(section.id, columns, publication="draft"))
    with pytest.raises(Refused, match="출처"):
        saving.save(post, editor, saving.PostDraft(section.id, columns, publication="at", publish_at=now()))


def test_an_article_without_an_origin_is_not_brought_back(desk: Any, make_post: Callable[..., Post]) -> None:
    published, draft = make_post(origin="", deleted_at=now()), make_post(origin="", deleted_at=now())
    draft.withdraw()
    db.session.commit()
    answer = desk.send(f"/desk/posts/{published.id}/deletion", action="restore")
    assert (answer.status_code, "출처" in answer.text) == (422, True)
    assert desk.send(f"/desk/posts/{draft.id}/deletion", action="restore").status_code == 303
    assert [post.state for post in posts()] == ["deleted", "draft"]
