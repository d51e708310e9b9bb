"""Proposals for a press release on the writing page: offered, accepted into the form, taken back."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from database import db
from domain.desk import selection
from models import Photo, Post, Section

WHERE = "/desk/proposals"
RELEASE = (
    "<p>보도시점: 2099. 1. 3.(토) 06:00</p><p>담당자 주무관 이나루 (031-000-0002)</p>"
    "<p>느티시, 산책길 연다</p><p>□ 느티시는 산책길을 연다고 밝혔다.</p><p>▲ 새로 연 산책길</p>"
)
NOTE = "보도시점: 2099. 1. 3.(토) 06:00\n담당자 주무관 이나루 (031-000-0002)"


def value(page: str, name: str) -> str:
    field = re.search(rf'<textarea[^>]* name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    field = field or re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page)
    return html.unescape(field[1]).strip().replace("\r\n", "\n") if field else ""


def offered(page: str) -> list[str]:
    return re.findall(r'name="proposals" value="(\w+)" checked', page)


@pytest.fixture
def desk(client: Any, editor: Any, paper: Any) -> Any:
    return client.log_in(editor)


@pytest.fixture
def photo(paper: Any) -> Photo:
    photo = Photo(digest="a" * 64, width=600, height=400)
    db.session.add(photo)
    db.session.commit()
    return photo


def test_proposals_are_offered_accepted_and_taken_back(desk: Any, section: Section, photo: Photo) -> None:
    typed = {"section_id": section.id, "byline": "김한결", "body": RELEASE, "kept_photos": photo.id}
    page = desk.send(WHERE, **typed).text
    assert offered(page) == ["title", "captions", "moment", "note"]
    assert value(page, "title") == ""
    page = desk.send(WHERE, **typed, proposals=offered(page)).text
    assert value(page, "title") == "느티시, 산책길 연다"
    assert value(page, "published_at") == "2099-01-03T06:00"
    assert value(page, "internal_note") == NOTE
    assert value(page, f"caption-{photo.id}") == "새로 연 산책길"
    assert value(page, "body") == "<p>□ 느티시는 산책길을 연다고 밝혔다.</p>"
    assert value(page, "byline") == "김한결"
    assert offered(page) == []
    assert db.session.scalars(select(Post)).all() == []
    page = desk.send(WHERE, **typed | {"body": "x"}, proposals="undo", undo=value(page, "undo")).text
    assert (value(page, "title"), value(page, "internal_note")) == ("", "")
    assert value(page, f"caption-{photo.id}") == ""
    assert "이나루" in value(page, "body")


def test_an_article_is_not_changed(desk: Any, make_post: Callable[..., Post]) -> None:
    post = make_post(title="제목", body="<p>□ 글</p>\n<p>담당자 이나루 (031-000-0002)</p>", origin="release")
    page = desk.send(WHERE, post_id=post.id, version=post.version, proposals="note")
    assert page.status_code == 200
    assert f'action="/desk/posts/{post.id}"' in page.text
    assert value(page.text, "internal_note") == "담당자 이나루 (031-000-0002)"
    db.session.expire_all()
    assert (post.internal_note, "이나루" in post.body) == ("", True)


def test_a_page_with_a_release_offers_at_once(desk: Any, make_post: Callable[..., Post]) -> None:
    post = make_post(body=RELEASE.replace("</p><p>", "</p>\n<p>"), origin="", published_at=None)
    assert offered(desk.get(f"/desk/posts/{post.id}/edit").text) == ["moment", "note"]
    assert offered(desk.get("/desk/posts/new").text) == []


def test_bad_input_keeps_the_text(desk: Any) -> None:
    for undo in ("", "[]", '{"captions": {"\\ud800": "x"}}', '{"captions": {}, "title": "\\ud800"}'):
        page = desk.send(WHERE, body="<p>남는 글</p>", proposals="undo", undo=undo)
        assert page.status_code == 200
    assert value(desk.send(WHERE, body="남는 글", proposals="nothing").text, "body") == "<p>남는 글</p>"
    assert desk.send(WHERE, post_id=999).status_code == 404
    assert desk.post(WHERE, data={"body": "x"}).status_code == 400


def test_only_for_the_editor(client: Any, alice: Any, paper: Any) -> None:
    assert client.send(WHERE, body="x").status_code in (302, 303, 401)
    assert client.log_in(alice).send(WHERE, body="x").status_code == 403
    assert client.get(WHERE).status_code == 405


def test_no_reader_sees_the_note(desk: Any, section: Section) -> None:
    desk.send(
        "/desk/posts", section_id=section.id, title="산책길 열려", body="<p>글</p>", origin="release",
        internal_note="비밀느티 031-000-0002", publish="now",
    )  # fmt: skip
    post = db.session.scalars(select(Post)).one()
    assert post.internal_note == "비밀느티 031-000-0002"
    assert "비밀느티" in desk.get(f"/desk/posts/{post.id}/edit").text
    version, edited = post.version, post.edited_at
    pages = (
        f"/posts/{post.id}", "/", "/sections/local", "/feed.xml", "/sections/local/feed.xml", "/sitemap.xml",
        "/news-sitemap.xml", f"/desk/posts/{post.id}/revisions",
    )  # fmt: skip
    assert [path for path in pages if "비밀느티" in desk.get(path).text] == []
    assert "산책길 열려" not in desk.get("/search?q=비밀느티").text
    desk.send(f"/desk/posts/{post.id}", version=version, internal_note="다른 메모")
    db.session.expire_all()
    assert (post.internal_note, post.edited_at) == ("다른 메모", edited)


def test_the_note_goes_when_an_article_is_deleted_for_good(app: Any, make_post: Callable[..., Post]) -> None:
    post = make_post(internal_note="담당자 031-000-0002", published_at=None)
    selection.erase([post.id], None)
    db.session.commit()
    db.session.expire_all()
    assert post.internal_note == ""
