"""바로잡습니다: the list, its feed, the block on the front page, and the mark before headlines."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from database import db
from domain.desk import selection
from models import Correction, Post, now

MOMENT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def corrected(make_post: Callable[..., Post]) -> Post:
    post = make_post(title="다리 개통", published_at=now() - timedelta(days=1))
    post.correct("correction", "개통은 3일이 아니라 5일입니다.", "개통 날짜를 바로잡습니다")
    db.session.commit()
    return post


def queries_of(client: Any, path: str) -> int:
    seen: list[str] = []
    listen = lambda *arguments: seen.append(arguments[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return len(seen)


def test_list_and_feed_name_the_correction_and_its_article(client: Any, corrected: Post) -> None:
    page = client.get("/corrections").text
    for words in (
        "개통 날짜를 바로잡습니다",
        "개통은 3일이 아니라 5일입니다.",
        f'href="/posts/{corrected.id}"',
    ):
        assert words in page
    assert 'href="/corrections"' in client.get("/").text.split('class="company"')[1]
    for path in ("/corrections/feed.xml", "/corrections/feed"):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        item = ElementTree.fromstring(answer.data).find("channel/item")
        assert item is not None
        assert item.findtext("title") == "[정정] 개통 날짜를 바로잡습니다"
        assert item.findtext("description") == "개통은 3일이 아니라 5일입니다."
        assert item.findtext("link") == f"http://localhost/posts/{corrected.id}"


def test_the_mark_stands_before_the_headline_wherever_it_is_listed(client: Any, corrected: Post) -> None:
    for path in ("/", "/sections/local", "/search?q=개통", f"/posts/{corrected.id}"):
        assert "[정정]" in client.get(path).text, path
    assert 'og:title" content="[정정] 다리 개통"' in client.get(f"/posts/{corrected.id}").text
    assert "<title>[정정] 다리 개통</title>" in client.get("/feed.xml").text


def test_the_mark_stands_in_the_list_of_the_desk(client: Any, editor: Any, corrected: Post) -> None:
    assert "[정정] 다리 개통" in client.log_in(editor).get("/desk/posts").text


@pytest.mark.parametrize(
    ("kinds", "mark"),
    [
        (["rebuttal"], "[반론]"),
        (["follow-up"], "[추후보도]"),
        (["fix"], "[고침]"),
        (["fix", "correction", "rebuttal"], "[정정]"),
    ],
)
def test_of_several_kinds_the_weightiest_is_the_mark(
    client: Any, editor: Any, post: Post, kinds: list[str], mark: str
) -> None:
    client.log_in(editor)
    for kind in kinds:
        client.send(f"/desk/posts/{post.id}/corrections", kind=kind, body="글")
    assert mark in client.get("/sections/local").text


def test_the_mark_follows_a_change_and_a_removal(client: Any, editor: Any, corrected: Post) -> None:
    client.log_in(editor)
    own = f"/desk/posts/{corrected.id}/corrections/{corrected.corrections[0].id}"
    client.send(own, kind="rebuttal", title="", body="당사자의 말")
    assert "[반론]" in client.get("/sections/local").text
    client.send(f"{own}/deletion")
    page = client.get("/sections/local").text
    assert "[반론]" not in page
    assert "[정정]" not in page


def test_lists_need_no_further_query(client: Any, make_post: Callable[..., Post]) -> None:
    posts = [make_post(title=f"기사 {n}") for n in range(12)]
    before = [queries_of(client, path) for path in ("/sections/local", "/feed.xml")]
    for post in posts:
        post.correct("correction", "글")
    db.session.commit()
    assert [queries_of(client, path) for path in ("/sections/local", "/feed.xml")] == before
    assert queries_of(client, f"/posts/{posts[0].id}") <= 16


def test_the_front_page_has_a_block_for_two_days(client: Any, corrected: Post, clock: Any) -> None:
    assert "front-corrections" in client.get("/").text
    clock.shift(timedelta(hours=47))
    assert "front-corrections" in client.get("/").text
    clock.shift(timedelta(hours=2))
    assert "front-corrections" not in client.get("/").text


def test_how_long_the_front_page_has_it_is_a_setting(make_app: Callable[..., Flask]) -> None:
    app = make_app(correction_front_hours=0)
    assert app.config["SETTINGS"].correction_front_hours == 0


def test_a_correction_survives_editing_taking_down_and_deleting_for_good(
    client: Any, editor: Any, corrected: Post
) -> None:
    client.log_in(editor)
    saved = {"section_id": corrected.section_id, "origin": "own", "title": "다리 개통식", "body": "새 글"}
    assert client.send(f"/desk/posts/{corrected.id}", **saved).status_code == 303
    assert "개통은 3일이 아니라 5일입니다." in client.get(f"/posts/{corrected.id}").text
    client.send(f"/desk/posts/{corrected.id}/deletion", action="delete")
    assert client.get(f"/posts/{corrected.id}").status_code == 410
    page = client.get("/corrections").text
    assert "개통은 3일이 아니라 5일입니다." in page
    assert "내려진 기사" in page
    assert "다리 개통식" not in page
    assert "#correction-" in client.get("/corrections/feed.xml").text
    again = {"kind": "rebuttal", "body": "내린 뒤에 온 반론"}
    assert client.send(f"/desk/posts/{corrected.id}/corrections", **again).status_code == 303
    assert "내린 뒤에 온 반론" in client.get("/corrections").text
    selection.erase([corrected.id], None)
    db.session.commit()
    assert "개통은 3일이 아니라 5일입니다." in client.get("/corrections").text


@pytest.mark.parametrize("moment", [None, MOMENT + timedelta(days=1)])
def test_what_no_reader_has_seen_cannot_be_corrected(
    client: Any, editor: Any, make_post: Callable[..., Post], moment: datetime | None
) -> None:
    post = make_post(published_at=moment)
    answer = client.log_in(editor).send(f"/desk/posts/{post.id}/corrections", kind="correction", body="글")
    assert answer.status_code == 409
    assert "아직 독자에게 나간 적이 없는 기사입니다" in answer.text
    assert db.session.scalars(select(Correction)).all() == []


def test_an_article_that_was_made_a_draft_again_can_be_corrected(
    client: Any, editor: Any, post: Post
) -> None:
    client.log_in(editor).send(f"/desk/posts/{post.id}/publication", publish="withdraw")
    answer = client.send(f"/desk/posts/{post.id}/corrections", kind="correction", body="글")
    assert answer.status_code == 303
    assert answer.location.startswith("/desk/")


def test_pages_of_the_list(client: Any, post: Post, clock: Any) -> None:
    for number in range(45):
        post.correct("fix", f"{number:02}번째").created_at = MOMENT - timedelta(days=number)
    db.session.commit()
    assert "00번째" in client.get("/corrections").text
    assert "20번째" in client.get("/corrections?page=2").text
    assert "44번째" in client.get("/corrections?oldest=1").text
    assert "30번째" in client.get("/corrections?month=2026-10").text
    for path in ("?page=9", "?page=x", "?month=2020-01", "?before=1"):
        assert client.get(f"/corrections{path}").status_code == 404, path
    assert client.post("/corrections").status_code == 405
    assert queries_of(client, "/corrections") <= 16


def test_a_paper_that_never_erred(client: Any, paper: Any) -> None:
    assert "아직 바로잡은 기사가 없습니다." in client.get("/corrections").text
    assert ElementTree.fromstring(client.get("/corrections/feed.xml").data).find("channel/item") is None
