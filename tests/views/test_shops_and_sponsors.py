"""Shops are advertisements unless nobody pays for them; a sponsor is named."""

from collections.abc import Callable
from typing import Any

import pytest
from client import Client
from sqlalchemy import select

from database import db
from domain.counter.models import PostDay
from domain.desk import tagging
from domain.neighbours import reactions
from models import Correction, Member, Paper, Post, Section, today

MakePost = Callable[..., Post]
MARK = "광고"
SHOPS = {"두현국수": False, "남문빵집": True}


@pytest.fixture
def food(paper: Paper) -> Section:
    return db.session.scalars(select(Section).where(Section.slug == "food")).one()


def marks(text: str, title: str) -> list[bool]:
    """Whether each mention of the title has the mark in front of it."""
    pieces = text.replace("<mark>", "").replace("</mark>", "").split(title)[:-1]
    assert pieces
    return [MARK in piece[-150:] for piece in pieces]


def test_a_shop_is_marked_wherever_it_shows(
    client: Client, make_post: MakePost, food: Section, alice: Member
) -> None:
    shop = make_post(section=food, title="두현국수")
    unpaid = make_post(section=food, title="남문빵집", is_unpaid=True)
    for post in (shop, unpaid):
        tagging.put(post, ["국수"])
        post.comment("맛있어요", alice)
    db.session.commit()
    paths = ["/", "/sections/food", "/sections/shops", "/tags/국수", "/search?q=맛있어요&tab=comments"]
    paths += ["/feed.xml", "/sections/food/feed.xml"]
    for path in paths:
        text = client.get(path).text
        assert all(marks(text, "두현국수")), path
        assert not any(MARK in piece[-60:] for piece in text.split("남문빵집")[:-1]), path
    assert f"<title>[{MARK}] 두현국수" in client.get(f"/posts/{shop.id}").text
    assert "<title>남문빵집" in client.get(f"/posts/{unpaid.id}").text


def test_corrections_and_own_lists_mark_them_too(client: Client, make_post: MakePost, alice: Member) -> None:
    ad, plain = make_post(title="겨울 장터", origin="advertisement"), make_post(title="마을 회의")
    for post in (ad, plain):
        post.comment("잘 읽었어요", alice)
        reactions.keep_post(post, alice)
        db.session.add(Correction(post_id=post.id, kind="correction", title="", body="날짜가 틀렸습니다."))
    db.session.commit()
    member = client.application.test_client().log_in(alice)  # type: ignore[attr-defined]
    for path in ("/", "/corrections", "/corrections/feed.xml", "/me/comments", "/me/scraps"):
        text = (member if path.startswith("/me") else client).get(path).text
        for piece in text.split("겨울 장터")[:-1]:
            assert MARK in piece[-150:], path
        assert not any(MARK in piece[-60:] for piece in text.split("마을 회의")[:-1]), path


def test_pinned_shops_and_advertisements_are_marked_on_the_front(
    client: Client, make_post: MakePost, food: Section
) -> None:
    for post in (
        make_post(section=food, title="두현국수"),
        make_post(title="겨울 장터", origin="advertisement"),
    ):
        post.pin(True)
    make_post(title="기사")
    db.session.commit()
    text = client.get("/").text
    assert all(marks(text, "두현국수"))
    assert all(marks(text, "겨울 장터"))


def test_never_most_read_related_or_news(client: Client, make_post: MakePost, food: Section) -> None:
    news = [make_post(title=f"기사 {n}") for n in range(6)]
    others = [
        make_post(section=food, title="두현국수"),
        make_post(section=food, title="남문빵집", is_unpaid=True),
    ]
    others.append(make_post(title="겨울 장터", origin="advertisement"))
    for post in [*news, *others]:
        tagging.put(post, ["국수"])
        views = 1000 if post in others else 1
        db.session.add(PostDay(day=today(), post_id=post.id, views=views))
    db.session.commit()
    front = client.get("/").text
    most_read = front[front.index('class="block most-read') :].split("</section>")[0]
    assert "기사" in most_read
    further = client.get(f"/posts/{news[0].id}").text.split('class="block further')[1].split("</section>")[0]
    sitemap = client.get("/news-sitemap.xml").text
    for post in others:
        assert not any(post.title in part for part in (most_read, further, sitemap)), post.title
    below_a_shop = client.get(f"/posts/{others[1].id}").text.split('class="block further')
    assert "두현국수" not in "".join(below_a_shop[1:]).split("</section>")[0]


def test_the_editor_ticks_that_nobody_pays(
    client: Client, make_post: MakePost, food: Section, editor: Member
) -> None:
    shop, desk = make_post(section=food, title="두현국수"), client.log_in(editor)
    fields = {"section_id": food.id, "title": "두현국수", "body": "국수", "origin": "own", "publish": "now"}
    assert 'name="is_unpaid"' in desk.get(f"/desk/posts/{shop.id}/edit").text
    assert desk.send(f"/desk/posts/{shop.id}", **fields, is_unpaid="y", sponsor="가게").status_code == 303
    assert (shop.is_unpaid, shop.is_advertisement, shop.sponsor, shop.edited_at is not None) == (
        True,
        False,
        "가게",
        True,
    )
    page = desk.get(f"/desk/posts/{shop.id}/edit").text
    box = next(part for part in page.split("<input") if 'name="is_unpaid"' in part).split(">")[0]
    assert "checked" in box
    assert desk.send(f"/desk/posts/{shop.id}", **fields, sponsor="").status_code == 303
    assert (shop.is_unpaid, shop.is_advertisement, shop.sponsor) == (False, True, "")
    assert desk.send(f"/desk/posts/{shop.id}/revisions/2/restoration").status_code == 303
    assert (shop.is_unpaid, shop.sponsor) == (True, "가게")


@pytest.mark.parametrize(
    ("origin", "sentence"),
    [("own", "느티재단의 지원을 받아 만든 기사입니다."), ("advertisement", "광고주: 느티재단")],
)
def test_a_sponsor_is_named(client: Client, make_post: MakePost, origin: str, sentence: str) -> None:
    text = client.get(f"/posts/{make_post(origin=origin, sponsor='느티재단').id}").text
    assert sentence in text
    assert '"sponsor": {"@type": "Organization", "name": "' in text
    assert 'class="sponsor"' not in client.get(f"/posts/{make_post(origin=origin).id}").text


def test_a_sponsor_is_escaped_and_short(client: Client, make_post: MakePost, editor: Member) -> None:
    post = make_post(sponsor="<b>재단</b>")
    assert "&lt;b&gt;재단" in client.get(f"/posts/{post.id}").text
    fields: dict[str, Any] = {
        "section_id": post.section_id,
        "title": "제목",
        "origin": "own",
        "publish": "now",
    }
    answer = client.log_in(editor).send(f"/desk/posts/{post.id}", **fields, sponsor="가" * 81)
    assert (answer.status_code, "80자" in answer.text) == (422, True)
