"""What links to our pages show elsewhere: Open Graph tags and feeds."""

import re
from xml.etree import ElementTree

import pytest

from database import db
from domain.desk import tagging
from models import Page, Photo

ATOM = "{http://www.w3.org/2005/Atom}"
PATHS = [
    "/", "/sections/news", "/sections/local", "/sections/food", "/tags/느티천", "/posts/1", "/pages/about",
    "/pages/terms", "/pages/how-we-count", "/search", "/search?q=느티천", "/visitors", "/tips/new",
    "/advertising/new",
]  # fmt: skip
KINDS = ("type", "site_name", "title", "description", "url", "locale", "image")


@pytest.fixture
def shown(paper, make_post):
    post = make_post(title="느티천 산책길")
    photo = Photo(post_id=post.id, digest="c" * 64, width=1200, height=800, caption="물가")
    db.session.add(photo)
    db.session.flush()
    post.cover_id = photo.id
    tagging.put(post, ["느티천"])
    db.session.add(Page(slug="terms", title="회원가입약관", body="<p>약관</p>"))
    db.session.commit()
    return post


def tags(text):
    return dict(re.findall(r'<meta property="og:([\w:]+)" content="([^"]*)"', text))


@pytest.mark.parametrize("path", PATHS)
def test_every_kind_of_page_has_all_tags_once(client, shown, path):
    text = client.get(path).text
    found = tags(text)
    assert [kind for kind in KINDS if not found.get(kind)] == []
    assert [kind for kind in KINDS if text.count(f'property="og:{kind}"') != 1] == []
    assert (found["site_name"], found["locale"]) == ("시험신문", "ko_KR")
    assert found["type"] == ("article" if path.startswith("/posts") else "website")
    assert found["url"].startswith("http://localhost/")
    assert found["image"].startswith("http://localhost/")
    assert text.count('rel="canonical"') == text.count('<meta name="description"') == 1


@pytest.mark.parametrize("path", ["/", "/sections/news", "/sections/local", "/tags/느티천", "/posts/1"])
def test_a_page_with_a_photo_is_shared_with_it(client, shown, path):
    assert tags(client.get(path).text)["image"] == f"http://localhost{shown.cover.share_address}"


@pytest.mark.parametrize("path", ["/sections/news", "/sections/local"])
def test_the_photo_of_an_advertisement_stands_for_no_section(client, shown, path):
    shown.origin = "advertisement"
    db.session.commit()
    assert "img/share.png" in tags(client.get(path).text)["image"]


def test_a_paper_without_a_name(client):
    found = tags(client.get("/").text)
    assert [kind for kind in KINDS if not found.get(kind)] == []


@pytest.mark.parametrize(
    ("path", "about"),
    [
        ("/feed.xml", "http://localhost/"),
        ("/sections/news/feed.xml", "http://localhost/sections/news"),
        ("/sections/local/feed.xml", "http://localhost/sections/local"),
    ],
)
def test_a_feed_describes_itself(client, shown, path, about):
    channel = ElementTree.fromstring(client.get(path).data).find("channel")
    assert channel.findtext("link") == about
    assert channel.find(f"{ATOM}link").get("href") == f"http://localhost{path}"
    for name in ("title", "description", "language", "lastBuildDate", "ttl", "copyright"):
        assert channel.findtext(name), name
