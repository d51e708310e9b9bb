"""Cached pages: shared by guests, never with anything personal in them, never older than the news."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from client import BROWSER

from database import db
from lib.web.page_cache import STATE
from models import now

SHARED = [
    "/",
    "/sections/local",
    "/sections/news?page=1",
    "/posts/1",
    "/posts/1?comments=1",
    "/search",
    "/search?q=산책",
    "/pages/terms",
    "/pages/how-we-count",
    "/feed.xml",
    "/sections/local/feed.xml",
    "/sitemap.xml",
    "/news-sitemap.xml",
]
NEVER_SHARED = [
    "/login",
    "/join",
    "/tips/new",
    "/advertising/new",
    "/visitors",
    "/healthz",
    "/robots.txt",
    "/me",
    "/captcha/new",
    "/desk/",
]


@pytest.fixture
def visit(app):
    """Request a page with a new browser each time."""

    def visit(path: str, method: str = "GET", **asked: Any) -> Any:
        guest = app.test_client()
        guest.environ_base["HTTP_USER_AGENT"] = BROWSER
        return guest.open(path, method=method, **asked)

    return visit


def state(answer: Any) -> str | None:
    return answer.headers.get(STATE)


@pytest.mark.parametrize("path", SHARED)
def test_public_pages_are_cached(make_post, visit, path):
    make_post()
    assert [state(visit(path)) for _time in range(2)] == ["miss", "hit"]


@pytest.mark.parametrize("path", NEVER_SHARED)
def test_other_pages_are_not_cached(paper, visit, path):
    assert [state(visit(path)) for _time in range(2)] == [None, None]


@pytest.mark.parametrize("path", [path for path in SHARED if not path.endswith(".xml")])
def test_a_members_page_is_never_sent_to_a_guest(make_post, visit, client, alice, path):
    make_post()
    client.log_in(alice)
    for _time in range(2):
        mine = client.get(path)
        assert state(mine) is None
        assert 'action="/logout"' in mine.text
        assert mine.headers["Cache-Control"] == "private, no-cache"
    for _time in range(2):
        theirs = visit(path)
        assert 'action="/logout"' not in theirs.text
        assert "느티나무" not in theirs.text
        assert "csrf_token" not in theirs.text
        assert "Set-Cookie" not in theirs.headers
    assert 'action="/logout"' in client.get(path).text


def test_a_remember_cookie_bypasses_the_cache(app, make_post, visit):
    make_post()
    guest = app.test_client()
    guest.set_cookie("maeul_remember", "whatever")
    visit("/posts/1")
    assert state(guest.get("/posts/1")) is None


def test_a_flashed_message_is_shown_to_its_reader_only(make_post, visit, client):
    make_post()
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "당신에게만 하는 말")]
    assert "당신에게만 하는 말" in client.get("/posts/1").text
    assert "당신에게만 하는 말" not in visit("/posts/1").text


def test_a_guest_with_a_session_bypasses_the_cache(make_post, visit, client):
    make_post()
    visit("/posts/1")
    client.get("/login")
    assert state(client.get("/posts/1")) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "javascript"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-Prefix": "/evil"},
        {"Forwarded": "host=evil.example"},
        {"X-Original-URL": "/evil"},
        {"Referer": "http://evil.example/"},
        {"User-Agent": "evil"},
        {"Accept-Language": "evil"},
        {"Accept": "evil/evil"},
        {"Cookie": "theme=evil"},
    ],
    ids=lambda headers: next(iter(headers)),
)
@pytest.mark.parametrize("settings", [{}, {"site_url": ""}, {"site_url": "", "proxies": 1}], ids=repr)
def test_forged_headers_of_one_guest_reach_no_other(make_app, make_post, headers, settings):
    make_post()
    app = make_app(**settings)
    for path in ("/posts/1", "/feed.xml", "/tags/evil"):
        app.test_client().get(path, headers=headers)
        answer = app.test_client().get(path)
        assert "evil" not in answer.text.replace("/tags/evil", "").replace("evil”", "")
        assert "203.0.113.9" not in answer.text


@pytest.mark.parametrize(
    "query", ["?utm_source=kakao", "?fbclid=1&page=", "?q=느티천", "?comments=0&x=%ff", "?;&&="]
)
def test_unknown_query_keys_change_nothing(make_post, visit, query):
    make_post()
    visit("/pages/terms")
    assert state(visit("/pages/terms" + query)) == "hit"


def test_known_query_keys_have_their_own_pages(make_post, visit):
    for number in range(45):
        make_post(title=f"기사 {number}")
    first, second = visit("/sections/local?page=1"), visit("/sections/local?page=2")
    assert state(second) == "miss"
    assert first.data != second.data
    assert state(visit("/sections/local?page=2&utm_source=x")) == "hit"


def test_a_published_article_is_on_the_next_request(make_post, visit):
    make_post()
    visit("/")
    assert state(visit("/")) == "hit"
    make_post(title="방금 나온 소식")
    assert "방금 나온 소식" in visit("/").text
    assert "방금 나온 소식" in visit("/feed.xml").text


def test_a_scheduled_article_appears_at_its_moment(make_post, visit):
    make_post()
    moments = [now() + timedelta(seconds=seconds) for seconds in (3, 4)]
    for moment in moments:
        make_post(title="예약한 소식", published_at=moment)
    seen = []
    with time_machine.travel(moments[0] - timedelta(seconds=1), tick=False) as clock:
        for moment in moments:
            for at in (moment - timedelta(milliseconds=1), moment + timedelta(milliseconds=1)):
                clock.move_to(at)
                seen.append(
                    [visit(path).text.count("예약한 소식") > 0 for path in ("/sections/local", "/feed.xml")]
                )
                seen.append(visit("/feed.xml").text.count("<item>"))
                assert state(visit("/feed.xml")) == "hit"
    assert seen == [[False, False], 1, [True, True], 2, [True, True], 2, [True, True], 3]


def test_a_withdrawn_scheduled_article_does_not_appear(make_post, visit):
    post = make_post(published_at=now() + timedelta(seconds=2))
    visit("/feed.xml")
    post.withdraw()
    db.session.commit()
    with time_machine.travel(now() + timedelta(seconds=3), tick=False):
        assert "느티천" not in visit("/feed.xml").text


def test_a_comment_is_on_the_next_request(make_post, visit, client, alice):
    post = make_post()
    visit(f"/posts/{post.id}")
    client.log_in(alice)
    client.send(f"/posts/{post.id}/comments", body="반가운 소식이네요", idempotency_key="a" * 22)
    assert "반가운 소식이네요" in visit(f"/posts/{post.id}").text


def test_a_deleted_article_is_gone_on_the_next_request(make_post, visit):
    post = make_post()
    visit(f"/posts/{post.id}")
    post.deleted_at = now()
    db.session.commit()
    assert visit(f"/posts/{post.id}").status_code == 410


def test_a_change_by_another_process_is_seen(app, make_post, visit):
    post = make_post()
    visit(f"/posts/{post.id}")
    file = app.config["SETTINGS"].news_file
    update = "UPDATE posts SET title = '밖에서 고친 제목'"
    change = f"import sqlite3 as s; c = s.connect({str(file)!r}); c.execute({update!r}); c.commit()"
    subprocess.run([sys.executable, "-c", change], check=True)
    assert "밖에서 고친 제목" in visit(f"/posts/{post.id}").text


def test_reading_and_a_repeated_beat_invalidate_nothing(make_post, visit, client):
    make_post()
    client.post("/visitors/beat", json={"path": "/"})
    visit("/posts/1")
    client.post("/visitors/beat", json={"path": "/"})
    assert state(visit("/posts/1")) == "hit"


def test_a_new_visitor_is_counted_on_the_next_page(make_post, visit, client):
    make_post()
    before = visit("/posts/1").text
    client.post("/visitors/beat", json={"path": "/posts/1", "post": 1})
    after = visit("/posts/1").text
    assert before != after
    assert client.get("/posts/1").text.count("csrf_token") == 0


def test_the_cache_can_be_switched_off(make_app, make_post):
    make_post()
    app = make_app(page_cache_megabytes=0)
    for _time in range(2):
        assert state(app.test_client().get("/posts/1")) is None


def test_a_cached_page_has_every_security_header(make_post, visit):
    make_post()
    miss, hit = visit("/posts/1"), visit("/posts/1")

    def told(answer: Any) -> dict[str, str]:
        return {name: value for name, value in answer.headers if name not in (STATE, "X-Request-Id")}

    assert told(miss) == told(hit)
    assert "default-src 'none'" in hit.headers["Content-Security-Policy"]


def test_a_cached_page_answers_if_none_match_and_head(make_post, visit):
    make_post()
    page = visit("/posts/1")
    confirmed = visit("/posts/1", headers={"If-None-Match": page.headers["ETag"]})
    assert (confirmed.status_code, confirmed.data) == (304, b"")
    head = visit("/posts/1", method="HEAD")
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(page.data)))
