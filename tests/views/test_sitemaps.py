"""Sitemaps: every visible article and nothing else, in parts that cost the same wherever they lie."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest

from database import db
from domain.reading import sitemaps
from lib.web.page_cache import STATE
from models import Page, Post, Section, now

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def addresses(client, path):
    """The addresses in a sitemap, in its order."""
    response = client.get(path)
    assert response.status_code == 200, path
    assert response.content_type == "application/xml; charset=utf-8"
    assert "Set-Cookie" not in response.headers
    return [element.text for element in ElementTree.fromstring(response.data).iter(f"{SITEMAP}loc")]


def archive(client):
    """The addresses in every sitemap that the index lists."""
    parts = [address.removeprefix("http://localhost") for address in addresses(client, "/sitemap.xml")]
    return [address.removeprefix("http://localhost") for part in parts for address in addresses(client, part)]


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(sitemaps, "PART", 4)
    monkeypatch.setattr(sitemaps, "CHUNK", 3)


def test_every_visible_article_is_in_one_part(client, make_post, small_parts):
    visible = [make_post(published_at=now() - timedelta(days=number)).id for number in range(9)]
    make_post(published_at=None)
    make_post(published_at=now() + timedelta(hours=1))
    make_post(deleted_at=now())
    articles = [address for address in archive(client) if address.startswith("/posts/")]
    assert articles == [f"/posts/{number}" for number in sorted(visible)]


def test_a_part_without_articles_is_not_listed(client, make_post, small_parts):
    for _number in range(9):
        make_post()
    for post in db.session.scalars(db.select(Post).where(Post.id.between(5, 8))):
        post.delete()
    db.session.commit()
    assert addresses(client, "/sitemap.xml") == [
        f"http://localhost/sitemaps/{name}.xml" for name in ("pages", "posts-1", "posts-3")
    ]
    assert client.get("/sitemaps/posts-2.xml").status_code == 404


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "1.5", "9" * 18, "9" * 40])
def test_invalid_numbers_of_parts(client, post, number):
    assert client.get(f"/sitemaps/posts-{number}.xml").status_code == 404


def test_front_page_sections_and_company_pages(client, post):
    db.session.add_all([Page(slug="about", version=number, title="회사", body="") for number in (1, 2)])
    db.session.commit()
    paths = [
        "/",
        "/sections/news",
        "/sections/local",
        "/sections/video",
        "/sections/shops",
        "/sections/food",
        "/pages/about",
    ]
    assert addresses(client, "/sitemaps/pages.xml") == [f"http://localhost{path}" for path in paths]
    assert all(client.get(path).status_code == 200 for path in paths)


def test_the_last_change_is_the_later_of_both(client, make_post):
    make_post(published_at=now() - timedelta(days=3), edited_at=now() - timedelta(days=1))
    make_post(published_at=now() - timedelta(days=1), edited_at=now() - timedelta(days=3))
    changed = ElementTree.fromstring(client.get("/sitemaps/posts-1.xml").data).iter(f"{SITEMAP}lastmod")
    moments = [datetime.fromisoformat(element.text) for element in changed]
    assert all(abs(moment - (now() - timedelta(days=1))) < timedelta(minutes=1) for moment in moments)
    assert [str(moment.utcoffset()) for moment in moments] == ["9:00:00"] * 2


def test_the_news_of_two_days(client, make_post):
    new = make_post(title="제\x01목 & <b>", published_at=now() - timedelta(hours=47))
    newest = make_post()
    make_post(published_at=now() - timedelta(hours=49))
    make_post(published_at=now() + timedelta(minutes=1))
    make_post(published_at=None)
    make_post(deleted_at=now())
    make_post(origin="advertisement")
    make_post(section=db.session.scalars(db.select(Section).where(Section.slug == "food")).one())
    assert addresses(client, "/news-sitemap.xml") == [
        f"http://localhost/posts/{post.id}" for post in (newest, new)
    ]
    details = ElementTree.fromstring(client.get("/news-sitemap.xml").data)[1].find(f"{NEWS}news")
    assert details.findtext(f"{NEWS}publication/{NEWS}name") == "시험신문"
    assert details.findtext(f"{NEWS}publication/{NEWS}language") == "ko"
    assert details.findtext(f"{NEWS}title") == "제목 & <b>"
    assert datetime.fromisoformat(details.findtext(f"{NEWS}publication_date")) == new.published_at.replace(
        microsecond=0
    )


def test_the_limit_of_a_news_sitemap(client, make_post, monkeypatch):
    monkeypatch.setattr(sitemaps, "NEWS_LIMIT", 2)
    posts = [make_post(published_at=now() - timedelta(hours=number)) for number in range(3)]
    assert addresses(client, "/news-sitemap.xml") == [
        f"http://localhost/posts/{post.id}" for post in posts[:2]
    ]


def test_without_articles(client, app):
    assert addresses(client, "/sitemap.xml") == ["http://localhost/sitemaps/pages.xml"]
    assert addresses(client, "/sitemaps/pages.xml") == ["http://localhost/"]
    assert addresses(client, "/news-sitemap.xml") == []


def test_changes_are_in_the_next_response(client, make_post):
    first = make_post()
    assert len(archive(client)) == 7
    first.delete()
    db.session.commit()
    assert "/posts/1" not in archive(client)
    assert addresses(client, "/news-sitemap.xml") == []
    second = make_post()
    assert f"/posts/{second.id}" in archive(client)
    assert len(addresses(client, "/news-sitemap.xml")) == 1


def test_short_sitemaps_are_cached_and_long_ones_are_streamed(client, post):
    for path in ("/sitemap.xml", "/sitemaps/pages.xml", "/news-sitemap.xml"):
        assert [client.get(path).headers[STATE] for _time in range(2)] == ["miss", "hit"]
    response = client.get("/sitemaps/posts-1.xml")
    assert response.is_streamed
    assert STATE not in response.headers
    assert "Content-Length" not in response.headers
    assert client.head("/sitemaps/posts-1.xml").data == b""


@pytest.mark.parametrize(
    "path", ["/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/posts-1.xml", "/news-sitemap.xml"]
)
def test_the_editor_gets_the_same_sitemaps(client, make_post, editor, path):
    make_post()
    make_post(published_at=None)
    of_a_guest = client.get(path).data
    client.log_in(editor)
    assert client.get(path).data == of_a_guest
    assert client.send(path).status_code == 405


def test_addresses_use_the_requested_host_if_none_is_configured(make_app, make_post):
    make_post()
    client = make_app(site_url="").test_client()
    for path in ("/sitemap.xml", "/sitemaps/posts-1.xml", "/news-sitemap.xml"):
        for host in ("one.example", "two.example"):
            locations = ElementTree.fromstring(client.get(path, headers={"Host": host}).data).iter(
                f"{SITEMAP}loc"
            )
            assert {"/".join(element.text.split("/")[:3]) for element in locations} == {f"http://{host}"}


def test_robots_txt_lists_the_sitemaps(client, paper):
    text = client.get("/robots.txt").text
    assert "\nSitemap: http://localhost/sitemap.xml\n" in text
    assert "\nSitemap: http://localhost/news-sitemap.xml\n" in text
