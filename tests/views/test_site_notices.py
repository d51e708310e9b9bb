"""The notice above every page: when readers see it, and the desk's page of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from client import Client
from sqlalchemy import select

from database import db
from domain.paper import site_notices
from domain.paper.models import SiteNotice
from models import Member, Paper, Post

NOON = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)  # in Seoul
HOUR = timedelta(hours=1)
LINE = {
    "text": "오늘 밤 2시부터 쉽니다.",
    "link": "",
    "starts_at": "2026-12-01T12:00",
    "ends_at": "2026-12-02T12:00",
}


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(client: Client, editor: Member, paper: Paper) -> Client:
    return client.log_in(editor)


def notice(**columns: Any) -> SiteNotice:
    usual = {"text": "오늘 밤 2시부터 쉽니다.", "starts_at": NOON, "ends_at": NOON + HOUR}
    row = SiteNotice(**usual | columns)
    db.session.add(row)
    db.session.commit()
    return row


def texts() -> list[str]:
    return list(db.session.scalars(select(SiteNotice.text).order_by(SiteNotice.id)))


def test_it_begins_and_ends_to_the_second(client: Client, post: Post, noon: time_machine.Traveller) -> None:
    notice(starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    second = timedelta(seconds=1)
    for moment, is_shown in [(HOUR - second, 0), (HOUR, 1), (2 * HOUR - second, 1), (2 * HOUR, 0)]:
        noon.move_to(NOON + moment, tick=False)
        for path in ("/", "/sections/local", f"/posts/{post.id}", "/search?q=x", "/login"):
            assert client.get(path).text.count("오늘 밤 2시") == is_shown, (path, moment)


def test_the_last_to_begin_is_shown_without_cookies(client: Client, paper: Paper) -> None:
    notice(text="먼저 시작", starts_at=NOON - HOUR)
    notice(text='나중 <b>시작</b>"', link="https://shop.example/?a=1&b=2")
    answer = client.get("/")
    assert "먼저 시작" not in answer.text
    assert "나중 &lt;b&gt;시작&lt;/b&gt;&#34;" in answer.text
    assert 'href="https://shop.example/?a=1&amp;b=2"' in answer.text
    assert "needs-scripts" in answer.text.split("data-notice=")[1].split("</div>")[0]
    assert "Set-Cookie" not in answer.headers


def test_browsers_that_dismissed_it_see_a_changed_text(paper: Paper) -> None:
    row = notice()
    before = site_notices.current()
    row.text = "오늘 밤 3시부터 쉽니다."
    db.session.commit()
    after = site_notices.current()
    assert before
    assert after
    assert before.key != after.key


def test_the_desk_adds_changes_and_removes(desk: Client) -> None:
    assert "알림이 없습니다" in desk.get("/desk/site-notices").text
    assert desk.send("/desk/site-notices", **LINE).status_code == 303
    page = desk.get("/desk/site-notices").text
    assert 'value="2026-12-02T12:00"' in page
    assert "data-notice" not in page  # the desk is no page of readers
    assert "오늘 밤" in desk.get("/").text
    changed = {f"n1-{name}": value for name, value in (LINE | {"link": "/posts/1", "text": "고침"}).items()}
    assert desk.send("/desk/site-notices/1", **changed).status_code == 303
    assert 'href="/posts/1">고침</a>' in desk.get("/").text
    assert desk.send("/desk/site-notices/1/removal").status_code == 303
    assert texts() == []


def test_ended_ones_are_listed(desk: Client) -> None:
    notice(text="지난 알림", starts_at=NOON - 2 * HOUR, ends_at=NOON - HOUR)
    page = desk.get("/desk/site-notices").text
    assert page.index("끝난 것") < page.index("지난 알림")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": " "}, ""),
        ({"text": "가" * 201}, "200"),
        ({"link": "javascript:alert(1)"}, "이 사이트의"),
        ({"link": "//evil.example"}, "이 사이트의"),
        ({"link": "posts/1"}, "이 사이트의"),
        ({"starts_at": ""}, "2026-12-01 09:00"),
        ({"ends_at": "내일"}, "2026-12-01 09:00"),
        ({"ends_at": "2026-12-01T12:00"}, "시작보다 앞섭니다"),
    ],
)
def test_bad_input(desk: Client, changes: dict[str, str], sentence: str) -> None:
    answer = desk.send("/desk/site-notices", **LINE | changes)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert texts() == []
    row = notice(text="그대로")
    answer = desk.send(f"/desk/site-notices/{row.id}", **{f"n{row.id}-{k}": v for k, v in changes.items()})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert texts() == ["그대로"]


def test_wrong_role_wrong_method_missing(client: Client, alice: Member, editor: Member, paper: Paper) -> None:
    notice()
    assert client.get("/desk/site-notices").status_code == 302
    client.log_in(alice)
    assert client.get("/desk/site-notices").status_code == 403
    for path in ("", "/1", "/1/removal"):
        assert client.send(f"/desk/site-notices{path}", **LINE).status_code == 403
    client.log_in(editor)
    assert client.get("/desk/site-notices/1").status_code == 405
    for id in (0, 999, 10**30):
        assert client.send(f"/desk/site-notices/{id}", **LINE).status_code == 404
        assert client.send(f"/desk/site-notices/{id}/removal").status_code == 404
    assert len(texts()) == 1
