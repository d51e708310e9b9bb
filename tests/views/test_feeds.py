"""Feeds, robots.txt, the favicon and the health check."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
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
    text = client.get("/robots.txt").text
    assert "Disallow: /desk/" in text
    rules = [line.removeprefix("Disallow: ") for line in text.splitlines() if line.startswith("Disallow: ")]
    assert not [
        rule
        for rule in rules
        for path in ("/media/x.webp", "/posts/1", "/search", "/pages/about")
        if path.startswith(rule)
    ]
    assert client.get("/favicon.ico").data[:4] == b"\0\0\1\0"
