"""After every act at the desk a message says what has become of the article."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from database import db
from models import Post, Section, now

MOMENT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


@pytest.fixture
def desk(client: Any, editor: Any, paper: Any) -> Any:
    return client.log_in(editor)


def article(section: Section, **fields: Any) -> dict[str, Any]:
    texts = {"title": "느티천 <산책길>", "body": "<p>본문입니다.</p>", "origin": "own"}
    return {"section_id": section.id} | texts | fields


def told(desk: Any, answer: Any) -> str:
    """The message on the page that an answer leads to."""
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    flash = re.search(r'<div class="flash[^>]*>(.*?)</div>', page, re.DOTALL)
    return flash[1] if flash else ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"publish": "draft"}, "초안을 저장했습니다"),
        ({"publish": "now"}, "기사를 공개했습니다"),
        ({"publish": "at", "published_at": "2026-12-01T06:00"}, "12월 1일 06:00에 공개됩니다"),
        ({"publish": "at", "published_at": "2027-01-02T18:30"}, "2027년 1월 2일 18:30에 공개됩니다"),
        ({"publish": "at", "published_at": "2026-11-01T18:30"}, "기사를 공개했습니다"),
    ],
)
def test_a_new_article(desk: Any, section: Section, fields: dict[str, str], sentence: str) -> None:
    message = told(desk, desk.send("/desk/posts", **article(section, **fields)))
    assert sentence in message
    assert "느티천 &lt;산책길&gt;" in message


@pytest.mark.parametrize(
    ("state", "fields", "sentence"),
    [
        ("published", {"publish": "now"}, "기사를 고쳤습니다"),
        ("published", {}, "기사를 고쳤습니다"),
        ("published", {"publish": "draft"}, "독자에게 보이지 않습니다"),
        ("draft", {"publish": "now"}, "기사를 공개했습니다"),
        ("scheduled", {"publish": "draft"}, "예약을 풀고"),
        ("scheduled", {}, "에 공개됩니다"),
        ("deleted", {"publish": "now"}, "내린 기사라"),
    ],
)
def test_an_article_that_was_there(
    desk: Any, section: Section, make_post: Callable[..., Post], state: str, fields: Any, sentence: str
) -> None:
    moments = {"draft": None, "scheduled": now() + timedelta(days=1)}
    post = make_post(published_at=moments.get(state, now()), deleted_at=now() if state == "deleted" else None)
    assert sentence in told(desk, desk.send(f"/desk/posts/{post.id}", **article(section, **fields)))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"publish": "withdraw"}, "초안으로 되돌렸습니다"),
        ({"publish": "at", "published_at": "2099-12-01 06:00"}, "2099년 12월 1일 06:00에 공개됩니다"),
        ({"publish": "now"}, "공개했습니다"),
    ],
)
def test_publication(desk: Any, post: Post, fields: dict[str, str], sentence: str) -> None:
    assert sentence in told(desk, desk.send(f"/desk/posts/{post.id}/publication", **fields))


@pytest.mark.parametrize(("moment", "sentence"), [(MOMENT, "첫 화면 맨 위에"), (None, "공개되면")])
def test_the_lead_says_what_it_is(
    desk: Any, make_post: Callable[..., Post], moment: datetime | None, sentence: str
) -> None:
    address = f"/desk/posts/{make_post(published_at=moment).id}/lead"
    message = told(desk, desk.send(address, lead="1"))
    assert "머리기사로 정했습니다" in message
    assert sentence in message
    assert "이제 머리기사가 아닙니다" in told(desk, desk.send(address, lead=""))


def test_taking_down_can_be_undone_in_its_message(desk: Any, post: Post) -> None:
    message = told(desk, desk.send(f"/desk/posts/{post.id}/deletion", action="delete"))
    assert "기사를 내렸습니다" in message
    form = re.search(r'<form action="([^"]+)" method="post">(.*?)</form>', message, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    assert "되돌리기" in form[2]
    assert "되살렸습니다" in told(desk, desk.post(form[1], data=fields))
    db.session.expire_all()
    assert db.session.scalars(select(Post)).one().state == "published"


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (None, "초안을 되살렸습니다"),
        (MOMENT, "다시 독자에게 보입니다"),
        (MOMENT + timedelta(days=1), "12월 1일 12:00에 공개됩니다"),
    ],
)
def test_bringing_back_says_who_sees_it(
    desk: Any, make_post: Callable[..., Post], moment: datetime | None, sentence: str
) -> None:
    post = make_post(published_at=moment, deleted_at=MOMENT)
    assert sentence in told(desk, desk.send(f"/desk/posts/{post.id}/deletion", action="restore"))


def test_one_word_for_taking_down(desk: Any, client: Any, make_post: Callable[..., Post]) -> None:
    post = make_post(deleted_at=now())
    pages = [client.get(f"/posts/{post.id}"), desk.get("/desk/"), desk.get(f"/desk/posts/{post.id}/edit")]
    assert all("내린 기사" in page.text for page in pages)
    assert not any("삭제" in re.sub(r"<[^>]+>", "", page.text.split("<main")[1]) for page in pages)
