"""Articles from before 1970, as the archive of an old paper has them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from database import db
from domain.desk import tagging
from domain.search import search_index
from models import Post

COUNT = 45  # articles around the first moment of 1970, a day apart
FIRST = datetime(1969, 12, 10, 3, 0, 0, 5, UTC)


@pytest.fixture
def old_posts(make_post: Callable[..., Post]) -> list[str]:
    """The titles of the articles, oldest first."""
    titles = []
    for number in range(COUNT):
        titles.append(f"옛글{number:02}")
        post = make_post(title=titles[-1], published_at=FIRST + timedelta(days=number))
        tagging.put(post, ["옛날"])
    db.session.commit()
    search_index.index_posts([post.id for post in db.session.query(Post)])
    db.session.commit()
    return titles


def read_all(client: Any, address: str, rel: str) -> list[str]:
    """The titles on a page and on those that its links with this `rel` lead to, each page as one list."""
    titles: list[str] = []
    while address:
        response = client.get(address)
        assert response.status_code == 200, address
        titles += list(dict.fromkeys(re.findall("옛글(?:<mark>)?[0-9]{2}", response.text)))
        link = re.search(rf'<a[^>]*rel="{rel}"[^>]*>', response.text)
        href = link and re.search(r'href="([^"]+)"', link[0])
        address = href[1].replace("&amp;", "&") if href else ""
    return titles


@pytest.mark.parametrize("path", ["/sections/local", "/sections/news", "/tags/옛날"])
def test_lists_from_either_end_have_every_article(client: Any, old_posts: list[str], path: str) -> None:
    assert set(read_all(client, path, "next")) == set(old_posts)
    assert set(read_all(client, f"{path}?oldest=1", "prev")) == set(old_posts)
    assert client.get(f"{path}?month=1969-12").text.count("옛글") >= 20
    assert "month=1969-12" in client.get(path).text


@pytest.mark.parametrize("path", ["/sections/local", "/tags/옛날"])
def test_a_key_may_lie_before_1970(client: Any, old_posts: list[str], path: str) -> None:
    posts = list(db.session.query(Post).order_by(Post.published_at))
    key = f"{(posts[10].published_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)}"
    assert key.startswith("-")
    older = client.get(f"{path}?before={key}-{posts[10].id}")
    assert all(title in older.text for title in old_posts[:10])
    assert old_posts[10] not in older.text
    newer = client.get(f"{path}?after={key}-{posts[10].id}").text
    assert all(title in newer for title in old_posts[11:31])


def test_a_search_has_every_page(client: Any, old_posts: list[str]) -> None:
    rowids = [search_index.first_rowid(FIRST + timedelta(days=number)) for number in range(COUNT)]
    page = client.get(f"/search?q=옛글&order=newest&before={rowids[10]}")
    assert page.status_code == 200
    assert page.text.count("/posts/") >= 10
    assert client.get(f"/search?q=옛글&order=newest&after={rowids[10]}").status_code == 200
    assert client.get("/search?q=옛글&order=newest&oldest=1").status_code == 200


@pytest.mark.parametrize("moment", [datetime(1950, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, 12, tzinfo=UTC)])
def test_every_page_shows_an_old_article(
    client: Any, make_post: Callable[..., Post], moment: datetime
) -> None:
    post = make_post(title="아주 옛글", published_at=moment)
    for address in ("/", f"/posts/{post.id}", "/feed.xml", "/sections/local?oldest=1", "/search?q=옛글"):
        assert "아주" in client.get(address).text, address
    month = f"/sections/local?month={moment.astimezone().strftime('%Y')}"
    assert month.split("?")[1] in client.get("/sections/local").text
