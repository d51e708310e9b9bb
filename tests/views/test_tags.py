"""The list of a tag, its one address, and tags on articles and in the editor's form."""

import html
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote

import pytest
from sqlalchemy import select

from database import db
from domain.desk import tagging
from models import Post, PostTag, Section, Tag, now


@pytest.fixture
def tagged(make_post: Callable[..., Post]) -> Callable[..., Post]:
    """Create an article with tags."""

    def make(*tag_names: str, **values: Any) -> Post:
        post = make_post(**values)
        tagging.put(post, tag_names)
        db.session.commit()
        return post

    return make


@pytest.fixture
def desk(client: Any, editor: Any, paper: Any) -> Any:
    return client.log_in(editor)


def form_data(section: Section, **fields: Any) -> dict[str, Any]:
    article = {"title": "느티천 산책길 열려", "body": "<p>본문입니다.</p>", "origin": "own"}
    return {"section_id": section.id} | article | fields


def newest() -> Post:
    db.session.expire_all()
    return db.session.scalars(select(Post).order_by(Post.id.desc())).first()  # type: ignore[return-value]


def names(post: Post) -> list[str]:
    return [tag.name for tag in post.tags]


def shown(page: str) -> list[str]:
    """Return the titles in a list."""
    rows = page.partition('class="rows-of-news"')[2].partition("</main>")[0]
    return re.findall(r"기사 ?\d+", rows)


# The list


def test_a_list_shows_published_articles_only(client: Any, tagged: Callable[..., Post]) -> None:
    tagged("느티천", title="보이는 기사")
    tagged("느티천", title="초안", published_at=None)
    tagged("느티천", title="예약", published_at=now() + timedelta(hours=1))
    tagged("느티천", title="삭제됨", deleted_at=now())
    tagged("호수", title="다른 꼬리")
    response = client.get("/tags/느티천")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "보이는 기사" in response.text
    assert not any(f">{title}</a>" in response.text for title in ("초안", "예약", "삭제됨", "다른 꼬리"))
    assert f'<link rel="canonical" href="http://localhost/tags/{quote("느티천")}">' in response.text


def test_a_deleted_article_leaves_the_list(client: Any, desk: Any, tagged: Callable[..., Post]) -> None:
    post = tagged("느티천", title="느티천 산책")
    desk.send(f"/desk/posts/{post.id}/deletion")
    page = client.get("/tags/느티천")
    assert page.status_code == 200
    assert f'href="/posts/{post.id}"' not in page.text
    assert "지금은 이 태그가 달린 기사가 없습니다" in page.text
    assert '<meta name="robots" content="noindex, follow">' in page.text


@pytest.mark.parametrize(
    "spelling",
    [
        "lh 공사",
        "LH공사",
        "ｌｈ 공사",
        "#LH 공사",
        "L H 공 사",
        " LH  공사 ",
        "LH\u200b 공사",
        unicodedata.normalize("NFD", "LH 공사"),
    ],
)
def test_other_spellings_redirect_to_the_one_address(
    client: Any, tagged: Callable[..., Post], spelling: str
) -> None:
    tagged("LH 공사")
    response = client.get(f"/tags/{quote(spelling)}?page=1&utm_source=x&month=2026-01")
    assert response.status_code == 301
    assert unquote(response.location) == "/tags/LH 공사?page=1&month=2026-01"
    assert response.headers["Cache-Control"] == "no-cache"  # else a new spelling would cause a loop
    assert "Set-Cookie" not in response.headers
    assert client.get(f"/tags/{quote('LH 공사')}").status_code == 200


@pytest.mark.parametrize(
    "name", ["느티천", "a/b", "100%", "%41", "왜?", "C++", "a&b=c", "a;b", "a.b", "..a", "a\\b", "4·19",
             "漢字", "日本語", "Łódź", "<b>굵게</b>", "\"따옴표\"", "é", "a:b", "http://a", "@a",
             "한글 두 낱말"],
)  # fmt: skip
def test_every_valid_tag_has_an_address(client: Any, desk: Any, section: Section, name: str) -> None:
    response = desk.send("/desk/posts", **form_data(section, tags=name, publish="now"))
    if response.status_code == 422:
        assert newest() is None
        return
    (address,) = re.findall(r'rel="tag" href="([^"]+)"', client.get(f"/posts/{newest().id}").text)
    page = client.get(html.unescape(address))
    assert page.status_code == 200, address
    assert f"/posts/{newest().id}" in page.text


@pytest.mark.parametrize(
    "name", ["없는-태그", "%00", "%ff", "%ED%A0%80", "가" * 200, "x" * 10_000, "..", "%2e%2e", "a/..%2f..",
             "/", "//a", "%2F", "%3F", "%25", "#", "%23", "%20", ".", "1' OR '1'='1", "%F0%9F%99%82",
             "<script>"],
)  # fmt: skip
def test_an_invalid_tag_is_a_helpful_404(client: Any, tagged: Callable[..., Post], name: str) -> None:
    tagged("느티천")
    response = client.get(f"/tags/{name}", follow_redirects=True)
    assert response.status_code == 404
    assert 'href="/"' in response.text
    assert "<script>" not in response.text


def test_the_404_of_an_unknown_tag_offers_the_search(client: Any, paper: Any) -> None:
    page = client.get("/tags/없는태그").text
    assert "없는태그" in page
    assert "검색" in page


@pytest.mark.parametrize(
    "query", ["page=0", "page=2", "page=11", "page=" + "9" * 400, "page=%EF%BC%91", "before=x",
              "after=1-99999999999999999999", "month=2026-99", "month=1999-01", "oldest=x", "page=%00",
              "before=%ff", "page=1&oldest=1"],
)  # fmt: skip
def test_an_invalid_page_is_a_helpful_404(client: Any, tagged: Callable[..., Post], query: str) -> None:
    tagged("느티천")
    response = client.get(f"/tags/느티천?{query}")
    assert response.status_code == 404
    assert 'href="/"' in response.text


def test_numbered_pages_then_keys_then_the_oldest_then_a_month(
    client: Any, make_post: Callable[..., Post]
) -> None:
    start = now() - timedelta(days=60)
    for n in range(205):
        tagging.put(make_post(title=f"기사{n:03}", published_at=start + timedelta(hours=n)), ["축제"])
    db.session.commit()
    first = client.get("/tags/축제").text
    assert shown(first) == [f"기사{n:03}" for n in range(204, 184, -1)]
    tenth = client.get("/tags/축제?page=10").text
    assert shown(tenth)[-1] == "기사005"
    deeper = re.findall(r'<a rel="next" href="([^"]+before=[^"]+)"', tenth)[0]
    assert shown(client.get(deeper).text) == [f"기사{n:03}" for n in range(4, -1, -1)]
    oldest = client.get("/tags/축제?oldest=1").text
    assert shown(oldest) == [f"기사{n:03}" for n in range(19, -1, -1)]
    assert '<meta name="robots" content="noindex, follow">' in oldest
    newer = re.findall(r'<a rel="prev" href="([^"]+after=[^"]+)"', oldest)[0]
    assert shown(client.get(newer).text) == [f"기사{n:03}" for n in range(39, 19, -1)]
    month = re.findall(r"month=(\d{4}-\d\d)", first)[-1]
    page = client.get(f"/tags/축제?month={month}").text
    assert shown(page)
    assert set(shown(page)) < {f"기사{n:03}" for n in range(205)}
    assert f"month={month}" in page.partition("canonical")[2].partition(">")[0]


def test_other_methods_and_a_missing_name(client: Any, tagged: Callable[..., Post]) -> None:
    tagged("느티천")
    assert client.post("/tags/느티천").status_code in (400, 405)
    assert client.head("/tags/느티천").status_code == 200
    assert client.get("/tags/").status_code == 404
    assert client.get("/tags").status_code == 404


def test_members_see_the_list(client: Any, tagged: Callable[..., Post], alice: Any) -> None:
    post = tagged("느티천")
    assert f"/posts/{post.id}" in client.log_in(alice).get("/tags/느티천").text


# Tags on an article


def test_an_article_shows_its_tags_and_related_articles(client: Any, tagged: Callable[..., Post]) -> None:
    near, post = tagged("느티천", title="가까운 기사"), tagged("느티천", "<산책>")
    page = client.get(f"/posts/{post.id}").text
    assert f'href="/tags/{quote("느티천")}"' in page
    assert "<산책>" not in page
    block = page.partition('<section class="block further')[2].partition("</section>")[0]
    assert f'href="/posts/{near.id}"' in block
    assert f'href="/posts/{post.id}"' not in block
    (data,) = [
        json.loads(text) for text in re.findall(r'ld\+json">(.*?)</script>', page) if "NewsArticle" in text
    ]
    assert data["keywords"] == ["느티천", "<산책>"]


def test_an_article_without_tags_has_neither(
    client: Any, tagged: Callable[..., Post], make_post: Callable[..., Post]
) -> None:
    food = db.session.scalars(select(Section).where(Section.slug == "food")).one()
    tagged("느티천", section=food)
    page = client.get(f"/posts/{make_post().id}").text
    assert 'rel="tag"' not in page
    assert 'class="block further' not in page


# The editor's form


def test_tags_are_added_changed_and_removed(desk: Any, section: Section) -> None:
    desk.send("/desk/posts", **form_data(section, tags="#느티천, 산책,산책 , LH", publish="now"))
    post = newest()
    assert names(post) == ["느티천", "산책", "LH"]
    page = desk.get(f"/desk/posts/{post.id}/edit").text
    assert 'value="느티천, 산책, LH"' in page
    assert (
        desk.send(f"/desk/posts/{post.id}", **form_data(section, tags="LH, 호수", publish="now")).status_code
        == 303
    )
    assert names(newest()) == ["LH", "호수"]
    assert (
        f"/posts/{post.id}"
        not in desk.get("/tags/산책").text.partition("<main")[2].partition("rows-of-news")[2]
    )
    desk.send(f"/desk/posts/{post.id}", **form_data(section, publish="now"))  # field not sent: tags stay
    assert names(newest()) == ["LH", "호수"]
    desk.send(f"/desk/posts/{post.id}", **form_data(section, tags="", publish="now"))
    assert names(newest()) == []
    assert newest().edited_at is None  # the text has not changed


def test_tags_that_differ_in_case_are_one(desk: Any, section: Section) -> None:
    desk.send("/desk/posts", **form_data(section, tags="LH, lh", publish="now"))
    desk.send("/desk/posts", **form_data(section, tags="lh", publish="now"))
    assert names(newest()) == ["LH"]
    assert len(db.session.scalars(select(Tag)).all()) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (",".join(f"태그{n}" for n in range(11)), "10개"),
        ("가" * 31, "30자"),
        ("느티천, ..", "“..”"),
        ("a//b", "“a//b”"),
        ("?!", "“?!”"),
        ("가," * 600, "10개"),
        ("가" * 100_000, "10개"),
    ],
)
def test_an_invalid_tag_keeps_the_typed_form(desk: Any, section: Section, typed: str, sentence: str) -> None:
    response = desk.send("/desk/posts", **form_data(section, body="남는 본문", tags=typed))
    assert response.status_code == 422
    assert sentence in response.text
    assert f'value="{typed}"' in response.text
    assert "남는 본문" in response.text
    assert db.session.scalars(select(Tag)).all() == []


def test_ten_long_tags_are_saved(desk: Any, section: Section) -> None:
    tag_names = [f"{n:02}" + "가" * 28 for n in range(10)]
    assert (
        desk.send("/desk/posts", **form_data(section, tags=", ".join(tag_names), publish="now")).status_code
        == 303
    )
    assert names(newest()) == tag_names
    assert desk.get(f"/tags/{tag_names[9]}").status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        "\x00느티천\x00",
        "느티\u200b천",
        unicodedata.normalize("NFD", "느티천"),
        "  ,느티천,, ",
        "느티천\u3164",
    ],
)
def test_invisible_characters_are_removed(desk: Any, section: Section, typed: str) -> None:
    desk.send("/desk/posts", **form_data(section, tags=typed))
    assert names(newest()) == ["느티천"]


def test_a_lone_surrogate_does_no_harm(desk: Any, section: Section) -> None:
    page = desk.get("/desk/posts/new").text
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    fields = f"csrf_token={quote(token)}&section_id={section.id}&title=a&body=b&publish=draft"
    body = f"{fields}&tags=%ED%A0%80느%ff".encode()
    response = desk.post("/desk/posts", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (303, 422)


def test_tags_saved_in_another_window_are_a_conflict(desk: Any, section: Section, post: Post) -> None:
    version, id = post.version, post.id
    desk.send(f"/desk/posts/{id}", **form_data(section, tags="산책", publish="now", version=version))
    response = desk.send(
        f"/desk/posts/{id}", **form_data(section, tags="호수", publish="now", version=version)
    )
    assert response.status_code == 409
    assert 'value="호수"' in response.text
    assert names(newest()) == ["산책"]


def test_tags_of_drafts_and_scheduled_articles_are_not_listed(
    client: Any, desk: Any, section: Section
) -> None:
    desk.send("/desk/posts", **form_data(section, tags="축제"))
    draft = newest()
    desk.send("/desk/posts", **form_data(section, tags="축제", publish="at", published_at="2099-01-02T09:30"))
    assert newest().state == "scheduled"
    assert client.get("/tags/축제").status_code == 404
    desk.send(f"/desk/posts/{draft.id}", **form_data(section, tags="축제", publish="now"))
    assert f"/posts/{draft.id}" in client.get("/tags/축제").text
    assert db.session.scalar(select(PostTag.published_at).where(PostTag.post_id == draft.id)) is not None
