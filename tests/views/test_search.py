"""The search page, with every query that a person or a robot might send."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import flask
import pytest

from database import db
from domain.search import searching
from models import Member, Post, now


def search(client: Any, query: str = "", **options: str) -> str:
    response = client.get("/search", query_string={"q": query, **options})
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    return response.text


def test_the_empty_page(client: Any, paper: object) -> None:
    page = search(client)
    assert "낱말" in page
    assert "noindex" in page
    assert client.get("/search").status_code == 200


def test_an_article_is_found_and_marked(client: Any, post: Post) -> None:
    page = search(client, "산책")
    assert "느티천 <mark>산책</mark>길" in page
    assert "기사 1건" in page
    assert f'href="/posts/{post.id}"' in page


def test_results_are_escaped(client: Any, make_post: Callable[..., Post]) -> None:
    make_post(title="<script>산책</script>", body="<p>&lt;img src=x&gt; 산책</p>")
    page = search(client, "산책")
    assert "&lt;script&gt;<mark>산책</mark>" in page
    assert "<img src=x" not in page


def test_a_query_is_escaped(client: Any, post: Post) -> None:
    page = search(client, '"><script>alert(1)</script>')
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "query",
    [
        '"*():',
        '"',
        "*",
        "AND",
        "NOT",
        "NEAR(",
        "title:",
        "-",
        "^",
        "'; --",
        "%",
        "\x00",
        "\ud7ff\u0300",
        "👍",
        "가" * 5000,
    ],
)
def test_odd_queries_do_no_harm(client: Any, post: Post, query: str) -> None:
    for tab in ("posts", "comments"):
        for order in ("newest", "best"):
            assert search(client, query, tab=tab, order=order)


def test_punctuation_alone_is_explained(client: Any, post: Post) -> None:
    assert "글자나 숫자를 하나 이상" in search(client, '"*():')


def test_invalid_bytes_do_no_harm(client: Any, post: Post) -> None:
    for query in ("%FF%FE", "%ED%A0%80", "%00"):
        assert client.get(f"/search?q={query}").status_code == 200


def test_a_very_long_query_is_cut_with_a_notice(client: Any, post: Post) -> None:
    page = search(client, "산책 " * 60)
    assert "앞의 100자만" in page
    assert "<mark>산책</mark>" in page


@pytest.mark.parametrize(
    "options", [{"period": "x"}, {"order": "x"}, {"tab": "x"}, {"period": ""}, {"section": ""}]
)
def test_an_unknown_option_is_the_default(client: Any, post: Post, options: dict[str, str]) -> None:
    assert "기사 1건" in search(client, "산책", **options)


@pytest.mark.parametrize(
    "wrong", ["section=nowhere", "page=0", "page=99", "page=2", "page=x", "before=x", f"after={2**64}",
              f"after={2**63 - 1}", "oldest=7", "page=1&before=3", "section=%00"],
)  # fmt: skip
def test_an_unknown_page_or_section_is_404(client: Any, post: Post, wrong: str) -> None:
    assert client.get(f"/search?q={quote('산책')}&{wrong}").status_code == 404


def test_other_methods_are_405(client: Any, paper: object) -> None:
    assert client.send("/search", q="x").status_code == 405


def test_comments_have_their_own_tab(client: Any, post: Post, alice: Member) -> None:
    comment = post.comment("가로등이 밝아서 좋아요", alice)
    post.comment("가로등 비밀 이야기", alice, secret=True)
    db.session.commit()
    assert "댓글 <b>1</b>" in search(client, "가로등")
    page = search(client, "가로등", tab="comments")
    assert "<mark>가로등</mark>이 밝아서" in page
    assert f"?comment={comment.id}#comment-{comment.id}" in page
    assert "비밀 이야기" not in page
    client.log_in(alice)
    assert "비밀 이야기" not in client.get("/search?tab=comments&q=" + quote("가로등")).text


def test_search_within_a_section_or_a_group(client: Any, post: Post) -> None:
    assert "지역뉴스에서 검색" in search(client, "산책", section="local")
    assert "기사 1건" in search(client, "산책", section="news")
    page = search(client, "산책", section="food")
    assert "기사 0건" in page
    assert "찾은 기사가 없어요" in page
    assert 'name="section" value="local"' in client.get("/sections/local").text


def test_every_page_has_the_search_form(client: Any, post: Post) -> None:
    for path in ("/", f"/posts/{post.id}", "/nowhere", "/login"):
        assert 'action="/search"' in client.get(path).text


def test_a_count_beyond_the_limit_has_a_plus(
    client: Any, make_post: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "COUNTED", 2)
    for number in range(3):
        make_post(title=f"산책 {number}")
    page = search(client, "산책")
    assert "기사 2건 이상" in page
    assert "<b>2+</b>" in page
    assert "댓글 0건" in search(client, "산책", tab="comments")


def test_pages_of_results(client: Any, make_post: Callable[..., Post]) -> None:
    for number in range(45):
        make_post(title=f"산책 {number:02}", published_at=now() - timedelta(minutes=number))
    page = search(client, "산책")
    assert "기사 45건" in page
    assert "page=3" in page
    assert "44</a>" not in page
    last = search(client, "산책", page="3", order="best")
    assert last.count("<article") == 5
    assert "page=2" in last
    assert search(client, "산책", oldest="1").count("<article") == 20


@pytest.mark.parametrize(
    ("query", "options", "searched"),
    [("  Seoul  산책 ", {}, "seoul 산책"), ("산책" * 15, {}, None), ("산책", {"tab": "comments"}, None),
     ("산책", {"oldest": "1"}, None), ("없음", {}, None), ("", {}, None)],
)  # fmt: skip
def test_the_counter_gets_a_query_that_has_results(
    app: Any,
    client: Any,
    make_post: Callable[..., Post],
    query: str,
    options: dict[str, str],
    searched: str | None,
) -> None:
    make_post(title="Seoul 산책")
    contexts: list[dict[str, Any]] = []

    def record(_sender: Any, context: dict[str, Any], **_: Any) -> None:
        contexts.append(context)

    with flask.template_rendered.connected_to(record, app):
        search(client, query, **options)
    assert contexts[-1].get("searched") == searched
