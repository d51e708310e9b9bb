"""The places of the front page at the desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from client import Client

from domain.desk import front_slots
from models import Member, Post, now

MakePost = Callable[..., Post]


@pytest.fixture
def desk(client: Client, editor: Member) -> Client:
    return client.log_in(editor)


def placed() -> list[int]:
    return [slot.post_id for slot in front_slots.slots()]


def add(desk: Client, *posts: Post) -> list[int]:
    return [desk.send("/desk/front/slots", post_id=post.id).status_code for post in posts]


def test_articles_are_added_moved_and_removed(desk: Client, make_post: MakePost) -> None:
    first, second, third = (make_post(title=f"기사 {n}") for n in range(3))
    assert add(desk, first, second, third, second) == [303] * 4
    assert placed() == [first.id, second.id, third.id]
    desk.send(f"/desk/front/slots/{third.id}", move="up")
    desk.send(f"/desk/front/slots/{first.id}", move="down")
    assert placed() == [third.id, first.id, second.id]
    assert desk.send(f"/desk/front/slots/{first.id}/removal").status_code == 303
    assert placed() == [third.id, second.id]
    text = desk.get("/").text.split('class="package front')[1]
    assert text.index("기사 2") < text.index("기사 1")


def test_the_ends_do_not_move_further(desk: Client, make_post: MakePost) -> None:
    first, second = make_post(), make_post()
    add(desk, first, second)
    desk.send(f"/desk/front/slots/{first.id}", move="up")
    desk.send(f"/desk/front/slots/{second.id}", move="down")
    assert placed() == [first.id, second.id]


def test_four_places_and_no_more(desk: Client, make_post: MakePost) -> None:
    posts = [make_post(title=f"기사 {n}") for n in range(6)]
    assert add(desk, *posts[:5]) == [303] * 4 + [409]
    assert placed() == [post.id for post in posts[:4]]
    page = desk.get("/desk/front").text
    assert "자리 4곳이 다 찼습니다" in page
    assert "post_id" not in page
    desk.send(f"/desk/posts/{posts[5].id}/lead", lead="1")
    assert placed() == [posts[5].id, *(post.id for post in posts[:3])]


def test_what_readers_do_not_see_is_named(desk: Client, make_post: MakePost) -> None:
    scheduled = make_post(title="내일 기사", published_at=now() + timedelta(days=1))
    draft, deleted = make_post(title="초안 기사", published_at=None), make_post(deleted_at=now())
    add(desk, scheduled, draft, deleted)
    page = desk.get("/desk/front").text
    assert "초안 — 독자에게" in page
    assert "내린 기사 — 독자에게" in page
    assert "예약" in page
    assert "내일 기사" not in desk.get("/").text


def test_articles_are_found_by_their_words(desk: Client, make_post: MakePost) -> None:
    make_post(title="오래된 은행나무", published_at=now() - timedelta(days=400))
    for n in range(15):
        make_post(title=f"새 소식 {n}")
    assert "은행나무" not in desk.get("/desk/front").text
    page = desk.get("/desk/front?q=은행나무").text
    assert "오래된 은행나무" in page
    assert "새 소식" not in page
    assert "찾은 기사가 없어요" in desk.get("/desk/front?q=코끼리").text


def test_an_empty_paper(desk: Client, paper: Any) -> None:
    assert "올려 둔 기사가 없습니다" in desk.get("/desk/front").text


@pytest.mark.parametrize("fields", [{}, {"post_id": ""}, {"post_id": "x"}])
def test_bad_input(desk: Client, post: Post, fields: dict[str, str]) -> None:
    assert desk.send("/desk/front/slots", **fields).status_code == 422
    assert desk.send(f"/desk/front/slots/{post.id}", move="sideways").status_code == 422
    assert placed() == []


@pytest.mark.parametrize("number", [0, 999, -1, 10**30])
def test_missing(desk: Client, post: Post, number: int) -> None:
    assert desk.send("/desk/front/slots", post_id=number).status_code == (422 if number > 10**18 else 404)
    assert desk.send(f"/desk/front/slots/{number}", move="up").status_code == 404
    assert desk.send(f"/desk/front/slots/{number}/removal").status_code == 404


def test_an_article_that_is_not_placed(desk: Client, post: Post) -> None:
    assert desk.send(f"/desk/front/slots/{post.id}", move="up").status_code == 303
    assert desk.send(f"/desk/front/slots/{post.id}/removal").status_code == 303
    assert placed() == []


def test_wrong_method(desk: Client, post: Post) -> None:
    for path in ("/desk/front/slots", f"/desk/front/slots/{post.id}", f"/desk/front/slots/{post.id}/removal"):
        assert desk.get(path).status_code == 405


def test_only_for_the_editor(client: Client, post: Post, alice: Member) -> None:
    assert client.get("/desk/front").status_code == 302
    client.log_in(alice)
    assert client.get("/desk/front").status_code == 403
    assert add(client, post) == [403]
    assert placed() == []
    assert client.post("/desk/front/slots", data={"post_id": post.id}).status_code == 400
