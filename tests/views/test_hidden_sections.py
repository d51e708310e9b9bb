"""Hidden sections and groups: the paper shows nothing of them by itself; who asks for them gets them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from database import db
from domain.desk import front_slots, tagging
from domain.paper import sections
from domain.paper.sections import SectionDraft
from models import Member, Post, Section, now

TITLE = "숨긴 분류의 기사"
# Which the paper shows of itself.
LISTS = (
    "/", "/sections/news", "/feed.xml", "/sections/news/feed.xml", "/sitemaps/posts-1.xml",
    "/news-sitemap.xml",
)  # fmt: skip


def draft(section: Section) -> SectionDraft:
    """A section as it is."""
    return SectionDraft(section.name, section.slug, section.parent_id, section.look, section.kind)


def change(section: Section, **values: Any) -> None:
    sections.save(section, replace(draft(section), **values))
    db.session.commit()


@pytest.fixture
def article(make_post: Callable[..., Post], alice: Member, bob: Member) -> Post:
    """An article of the section `local`, in every list there is; and others in `video`."""
    video = db.session.scalars(select(Section).where(Section.slug == "video")).one()
    for number in range(3):
        make_post(title=f"남는 기사 {number}", section=video, published_at=now() - timedelta(hours=1))
    post = make_post(title=TITLE)
    for other in db.session.scalars(select(Post)):
        tagging.put(other, ["느티천"])
    front_slots.add(post)
    post.comment("숨길 댓글", alice)
    db.session.commit()
    return post


@pytest.mark.parametrize("slug", ["local", "news"])
def test_nothing_is_shown_of_itself(client: Any, article: Post, slug: str) -> None:
    hidden = db.session.scalars(select(Section).where(Section.slug == slug)).one()
    other = db.session.scalars(select(Post).where(Post.title == "남는 기사 0")).one()
    lists = [path for path in LISTS if slug == "local" or "news" not in path or path == "/news-sitemap.xml"]
    for path in lists:
        assert f"/posts/{article.id}" in client.get(path).text, path
    assert TITLE in client.get(f"/posts/{other.id}").text
    change(hidden, hidden=True)
    for path in lists:
        assert f"/posts/{article.id}" not in client.get(path).text, path
    front = client.get("/").text
    assert "숨길 댓글" not in front
    assert f'href="/sections/{slug}"' not in front  # neither in the menu nor in the footer
    assert f"/sections/{slug}<" not in client.get("/sitemaps/pages.xml").text
    assert ("남는 기사 0" in front) == (slug == "local")
    change(hidden, hidden=False)
    for path in lists:
        assert f"/posts/{article.id}" in client.get(path).text, path


def test_who_asks_gets_it(client: Any, article: Post, section: Section) -> None:
    change(section, hidden=True)
    other = db.session.scalars(select(Post).where(Post.title == "남는 기사 0")).one()
    assert TITLE not in client.get(f"/posts/{other.id}").text.partition("<footer")[0]  # related
    page = client.get(f"/posts/{article.id}")
    assert page.status_code == 200
    assert '<a href="/sections/news">마을뉴스</a>' in page.text  # where it is
    for path in ("/sections/local", "/sections/local/feed.xml", "/tags/느티천"):
        assert TITLE in client.get(path).text, path
    for path in ("/search?q=숨긴", "/search?q=숨긴&section=local", "/search?q=숨긴&section=news"):
        assert f"/posts/{article.id}" in client.get(path).text, path
    assert "noindex" in client.get("/sections/local").text
    assert "noindex" not in client.get("/sections/video").text


def test_what_is_written_there_or_moved_is_listed_right(client: Any, article: Post, section: Section) -> None:
    change(section, hidden=True)
    food = db.session.scalars(select(Section).where(Section.slug == "food")).one()
    later = Post(title="나중 기사", origin="own", published_at=now())
    later.file_under(section)
    db.session.add(later)
    change(section, hidden=True, group_id=food.parent_id)
    assert "나중 기사" not in client.get("/").text
    assert "나중 기사" not in client.get("/sections/shops").text
    change(section, group_id=food.parent_id)
    assert "나중 기사" in client.get("/sections/shops").text
    assert "나중 기사" not in client.get("/sections/news").text
    listed_under = select(Post.group_id).where(Post.section_id == section.id)
    assert set(db.session.scalars(listed_under)) == {food.parent_id}
