"""Feeds, robots.txt, the favicon and the health check."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from sqlalchemy.exc import OperationalError

from database import db
from models import now


@pytest.mark.parametrize("path", ["/feed.xml", "/sections/local/feed.xml", "/sections/news/feed.xml"])
def test_a_feed_has_the_newest_30_articles(client, make_post, path):
    for n in range(32):
        make_post(title=f"기사 {n:02}", published_at=now() - timedelta(hours=n))
    make_post(title="초안", published_at=None)
    response = client.get(path)
    assert response.content_type.startswith("application/rss+xml")
    assert "Set-Cookie" not in response.headers
    items = ElementTree.fromstring(response.data).findall("channel/item")
    assert len(items) == 30
    assert items[0].findtext("title") == "기사 00"
    assert items[0].findtext("link").startswith("http://localhost/posts/")
    assert items[0].findtext("pubDate")


def test_characters_that_xml_does_not_allow(client, make_post):
    make_post(title="제\x01목\ufffe & <b>", summary="요\x0b약", origin="advertisement")
    item = ElementTree.fromstring(client.get("/feed.xml").data).find("channel/item")
    assert item.findtext("title") == "[광고] 제목 & <b>"


def test_feeds_without_articles(client, paper):
    assert ElementTree.fromstring(client.get("/feed.xml").data).find("channel/item") is None
    assert client.get("/sections/nowhere/feed.xml").status_code == 404


def test_the_health_check(client, monkeypatch):
    assert (client.get("/healthz").status_code, client.get("/healthz").text) == (200, "ok")

    def fail(*_args, **_kwargs):
        raise OperationalError("", {}, Exception("disk"))

    monkeypatch.setattr(db.session, "execute", fail)
    assert client.get("/healthz").status_code == 503


def test_robots_and_favicon(client, paper):
    text, _training, _sitemaps = client.get("/robots.txt").text.split("\n\n")
    assert "Disallow: /desk/" in text
    rules = [line.removeprefix("Disallow: ") for line in text.splitlines() if line.startswith("Disallow: ")]
    assert not [
        rule
        for rule in rules
        for path in ("/media/x.webp", "/posts/1", "/search", "/pages/about")
        if path.startswith(rule)
    ]
    assert client.get("/favicon.ico").data[:4] == b"\0\0\1\0"


FEEDS = ["/feed.xml", "/sections/local/feed.xml", "/sections/news/feed.xml"]


@pytest.mark.parametrize("path", FEEDS)
@pytest.mark.parametrize("settings", [{"site_url": ""}, {"site_url": "https://paper.example"}], ids=repr)
def test_guids_never_change(make_app, make_post, path, settings):
    make_post()
    app = make_app(**settings)
    hosts = ({"Host": "a.example"}, {"Host": "b.example:8000"}, {"X-Forwarded-Host": "c.example"}, {})
    guids = set()
    for headers in hosts:
        feed = ElementTree.fromstring(app.test_client().get(path, headers=headers).data)
        guids |= {(guid.text, guid.get("isPermaLink")) for guid in feed.iterfind("channel/item/guid")}
    assert guids == {("/posts/1", "false")}


@pytest.mark.parametrize("page_cache_megabytes", [64, 0])
@pytest.mark.parametrize("path", FEEDS)
def test_last_modified_moves_with_the_news(make_app, make_post, path, page_cache_megabytes):
    app = make_app(page_cache_megabytes=page_cache_megabytes)
    first = now().replace(microsecond=0) - timedelta(hours=1)
    make_post(published_at=first)
    make_post(title="예약", published_at=first + timedelta(hours=3))

    def get(since=None):
        return app.test_client().get(path, headers={"If-Modified-Since": since} if since else {})

    fresh = get()
    assert fresh.last_modified == first
    date = fresh.headers["Last-Modified"]
    for _time in range(2):
        answer = get(date)
        assert (answer.status_code, answer.data) == (304, b"")
    assert get("Thu, 01 Jan 1970 00:00:00 GMT").status_code == 200
    assert get("yesterday").status_code == 200
    with time_machine.travel(first + timedelta(hours=3, seconds=1), tick=False):
        answer = get(date)
        assert (answer.status_code, answer.last_modified) == (200, first + timedelta(hours=3))


def test_etag_wins_over_the_date(client, make_post):
    make_post()
    feed = client.get("/feed.xml")
    headers = {"If-None-Match": '"other"', "If-Modified-Since": feed.headers["Last-Modified"]}
    assert client.get("/feed.xml", headers=headers).status_code == 200
    headers["If-None-Match"] = feed.headers["ETag"]
    assert client.get("/feed.xml", headers=headers).status_code == 304


def test_feed_without_articles_has_no_date(client, paper):
    assert "Last-Modified" not in client.get("/feed.xml").headers
