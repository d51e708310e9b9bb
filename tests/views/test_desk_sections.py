"""Groups and sections at the desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from database import db
from domain.paper.models import FormerSection
from models import Member, Post, Section, now

HERE = "/desk/sections"


def by_slug(slug: str) -> Section:
    return db.session.scalars(select(Section).where(Section.slug == slug)).one()


def fields(section: Section, **changed: str) -> dict[str, str]:
    """The form of a section, or of a group, as its page would send it."""
    here = {
        "name": section.name, "slug": section.slug, "look": section.look, "comments_from": "members",
        "comments_close_after_days": "",
    }  # fmt: skip
    more = {} if section.is_group else {"kind": section.kind, "group_id": str(section.parent_id)}
    return here | more | changed


def order(group: Section) -> list[str]:
    db.session.expire_all()
    return [section.slug for section in sorted(group.children, key=lambda section: section.position)]


@pytest.fixture
def desk(client: Any, paper: Any, editor: Member) -> Any:
    return client.log_in(editor)


def test_everything_is_saved(desk: Any, section: Section) -> None:
    changed = {
        "name": "마을 소식", "look": "gallery", "kind": "interview", "comments_from": "nobody", "hidden": "y",
        "closed": "y", "comments_close_after_days": "30",
    }  # fmt: skip
    assert desk.send(f"{HERE}/{section.id}", **fields(section, **changed)).status_code == 303
    page = desk.get(f"{HERE}/{section.id}/edit").text
    for chosen in ("gallery", "interview", "nobody", str(section.parent_id)):
        assert f'<option selected value="{chosen}">' in page
    assert page.count("checked") == 2
    assert 'value="30"' in page
    listed = desk.get(HERE).text
    assert all(word in listed for word in ("마을 소식", "숨김</span>", "닫힘</span>", "댓글 없음</span>"))
    assert desk.send(f"{HERE}/{section.parent_id}", **fields(section.parent, name="뉴스")).status_code == 303
    db.session.expire_all()
    assert (section.parent.name, section.parent.kind) == ("뉴스", "news")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "이름을 적어 주세요"),
        ({"look": "tables"}, ""),
        ({"kind": "boat"}, ""),
        ({"comments_from": "cats"}, ""),
        ({"comments_close_after_days": "9999"}, "0부터 3650까지"),
        ({"comments_close_after_days": "둘"}, ""),
        ({"group_id": "999"}, "그룹을 골라 주세요"),
        ({"group_id": "9" * 30}, "그룹을 골라 주세요"),
        ({"slug": "동네"}, "영문 소문자"),
        ({"slug": "a/b"}, "영문 소문자"),
        ({"slug": "a" * 41}, "영문 소문자"),
        ({"slug": "new"}, "프로그램이 쓰는 주소"),
        ({"slug": "VIDEO"}, "이미 ‘동영상뉴스’에서"),
    ],
)
def test_bad_input_is_explained_and_kept(
    desk: Any, section: Section, changed: dict[str, str], sentence: str
) -> None:
    for path in (HERE, f"{HERE}/{section.id}"):
        answer = desk.send(path, **fields(section, **({"slug": "free", "name": "적은 이름"} | changed)))
        assert answer.status_code in (409, 422), changed
        assert "errors" in answer.text
        assert sentence in answer.text
        assert "적은 이름" in answer.text or "name" in changed
    db.session.expire_all()
    assert (section.name, section.slug) == ("지역뉴스", "local")
    assert db.session.scalar(select(func.count()).select_from(Section)) == 5


def test_new_ones_get_an_address_from_their_name(desk: Any, section: Section) -> None:
    group = {"name": "우리 학교", "look": "list", "comments_from": "members", "slug": ""}
    for _time in range(2):
        assert desk.send(HERE, **group).status_code == 303
    assert by_slug("uri-hakgyo").is_group
    added = by_slug("uri-hakgyo-2")
    page = desk.get(f"{HERE}/new?group={added.id}").text
    assert f'<option selected value="{added.id}">우리 학교</option>' in page
    assert 'name="kind"' in page
    assert 'name="kind"' not in desk.get(f"{HERE}/new").text
    desk.send(HERE, **fields(section, name="시의회", slug="", group_id=str(added.id)))
    assert by_slug("siuihoe").parent_id == added.id
    assert "시의회" in desk.get("/").text


def test_order_by_buttons_and_by_place(desk: Any, section: Section) -> None:
    news, shops, video = section.parent, by_slug("shops"), by_slug("video")
    for path, sent, expected in (
        (section.id, {"move": "down"}, ["video", "local"]),
        (section.id, {"move": "down"}, ["video", "local"]),  # the last one stays
        (section.id, {"move": "up"}, ["local", "video"]),
        (video.id, {"position": "0", "group_id": str(news.id)}, ["video", "local"]),
        (by_slug("food").id, {"position": "1", "group_id": str(news.id)}, ["video", "food", "local"]),
        (video.id, {"position": "99", "group_id": str(shops.id)}, ["food", "local"]),
    ):
        assert desk.send(f"{HERE}/{path}/position", **sent).status_code == 303
        assert order(news) == expected
    assert order(shops) == ["video"]
    desk.send(f"{HERE}/{shops.id}/position", move="up")
    page = desk.get("/").text
    assert page.index("우리동네 업소소개</a>") < page.index("마을뉴스</a>")
    for sent in ({}, {"move": "left"}, {"position": "-1"}, {"position": "x"}, {"position": "0"}):
        assert desk.send(f"{HERE}/{section.id}/position", **sent).status_code == 422
    wrong = {"position": "0", "group_id": str(video.id)}  # a section is no group
    assert desk.send(f"{HERE}/{section.id}/position", **wrong).status_code == 422
    assert desk.send(f"{HERE}/{section.id}/position", position="0", group_id="999").status_code == 404


def test_a_former_address_leads_on_for_ever(client: Any, desk: Any, section: Section, post: Post) -> None:
    for slug in ("first", "second", "third"):
        desk.send(f"{HERE}/{section.id}", **fields(section, slug=slug))
        db.session.refresh(section)
    for former in ("local", "first", "second"):
        answer = client.get(f"/sections/{former}?month=2026-11")
        assert (answer.status_code, answer.location) == (301, "/sections/third?month=2026-11")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert client.get(f"/sections/{former}/feed.xml").location == "/sections/third/feed.xml"
        assert f"/posts/{post.id}" in client.get(f"/search?q=산책길&section={former}").text
    video = by_slug("video")
    answer = desk.send(f"{HERE}/{video.id}", **fields(video, slug="first"))
    assert "‘지역뉴스’에서 쓰던" in desk.get(answer.location).text
    assert "동영상뉴스" in client.get("/sections/first").text  # taken by another one
    assert client.get("/sections/local").location == "/sections/third"
    desk.send(f"{HERE}/{section.id}", **fields(section, slug="local"))
    assert client.get("/sections/local").status_code == 200  # the first one again
    assert client.get("/sections/third").location == "/sections/local"


def test_merging_says_how_many_and_loses_none(
    client: Any, desk: Any, section: Section, make_post: Callable[..., Post], alice: Member
) -> None:
    video, food = by_slug("video"), by_slug("food")
    states = ({}, {"published_at": None}, {"published_at": now() + timedelta(days=1)}, {"deleted_at": now()})
    posts = [make_post(title=f"옮길 기사 {number}", **state) for number, state in enumerate(states)]
    posts[0].comment("따라갈 댓글", alice)
    db.session.commit()
    question = desk.get(f"{HERE}/{section.id}/merger").text
    assert "기사 4건을 옮기고 합치기" in question
    assert f'value="{section.id}"' not in question
    for into in ("", str(section.id), "999", str(section.parent_id)):
        assert desk.send(f"{HERE}/{section.id}/merger", into=into).status_code == 422
    id, group_id = section.id, section.parent_id
    answer = desk.send(f"{HERE}/{id}/merger", into=str(food.id))
    assert "옮긴 기사: 4건" in desk.get(answer.location).text
    assert {(post.section_id, post.group_id) for post in posts} == {(food.id, food.parent_id)}
    answers = [client.get(f"/posts/{post.id}").status_code for post in posts]
    assert answers == [200, 200, 200, 410]  # of an editor
    assert client.get("/sections/local").location == "/sections/food"
    for query in ("q=옮길&section=food", "q=옮길&section=shops", "q=따라갈&section=food&tab=comments"):
        assert f"/posts/{posts[0].id}" in client.get(f"/search?{query}").text, query
    assert f"/posts/{posts[0].id}" not in client.get("/search?q=옮길&section=news").text
    assert "옮길 기사 1" in desk.get("/desk/posts?q=옮길&section=food").text
    assert db.session.get(FormerSection, id).section_id == food.id  # type: ignore[union-attr]
    desk.send(HERE, **fields(video, name="새 분류", slug="local", group_id=str(group_id)))
    assert by_slug("local").id != id
    assert "옮길" not in client.get("/sections/local").text


def test_only_what_is_empty_can_be_deleted(client: Any, desk: Any, section: Section, post: Post) -> None:
    news, video, shops, food = section.parent, by_slug("video"), by_slug("shops"), by_slug("food")
    for full, sentence in ((news, "분류가 있는 그룹은"), (section, "기사가 있는 분류는")):
        page = desk.get(f"{HERE}/{full.id}/edit").text
        assert sentence in page
        assert f"{full.id}/deletion" not in page
        assert desk.send(f"{HERE}/{full.id}/deletion").status_code == 409
    assert f"{HERE}/{video.id}/deletion" in desk.get(f"{HERE}/{video.id}/edit").text
    desk.send(f"{HERE}/{video.id}/deletion")
    assert client.get("/sections/video").location == "/sections/news"
    desk.send(f"{HERE}/{food.id}/deletion")
    desk.send(f"{HERE}/{shops.id}/deletion")
    answers = [client.get(f"/sections/{slug}").status_code for slug in ("shops", "food", "other")]
    assert answers == [410, 410, 404]
    assert client.get(f"/posts/{post.id}").status_code == 200
    assert desk.send(f"{HERE}/{news.id}/merger", into=str(section.id)).status_code == 409


def test_a_closed_section_takes_no_new_article(
    client: Any, desk: Any, section: Section, make_post: Callable[..., Post]
) -> None:
    old, draft = make_post(title="전부터"), make_post(title="초안", published_at=None)
    other = make_post(title="다른 분류", section=by_slug("video"))
    make_post(title="예약 기사", published_at=now() - timedelta(seconds=1))
    sentence = "‘지역뉴스’ 분류는 닫혀 있어"
    for board in (section, section.parent):
        desk.send(f"{HERE}/{board.id}", **fields(board, closed="y"))
        new = {"title": "새 기사", "body": "쓴 글", "origin": "own", "section_id": str(section.id)}
        assert f'<option value="{section.id}">' not in desk.get("/desk/posts/new").text
        for path in ("/desk/posts", f"/desk/posts/{draft.id}", f"/desk/posts/{other.id}"):
            answer = desk.send(path, **new, publish="now")
            assert answer.status_code == 422, path
            assert sentence in answer.text
            assert "쓴 글" in answer.text
        answer = desk.send("/desk/posts/selection", id=str(other.id), act="move", section_id=str(section.id))
        assert answer.status_code == 422
        assert desk.send(f"/desk/posts/{draft.id}/publication", publish="now").status_code == 409
        page = desk.get(f"/desk/posts/{old.id}/edit").text
        assert f'<option selected value="{section.id}">' in page
        assert desk.send(f"/desk/posts/{old.id}", **new, publish="now").status_code == 303
        assert all(title in client.get("/sections/local").text for title in ("새 기사", "예약 기사"))
        desk.send(f"{HERE}/{board.id}", **fields(board))
    assert desk.send(f"/desk/posts/{draft.id}/publication", publish="now").status_code == 303


def test_proposals_are_offered_to_an_empty_paper(client: Any, app: Any, editor: Member) -> None:
    desk = client.log_in(editor)
    assert desk.get(HERE).text.count('name="proposal"') == 3
    assert desk.send(f"{HERE}/proposals", proposal="castle").status_code == 422
    for _time in range(2):  # a second press changes nothing
        assert desk.send(f"{HERE}/proposals", proposal="village").status_code == 303
        assert db.session.scalar(select(func.count()).select_from(Section)) == 9
    page = desk.get("/").text
    assert all(f">{name}</a>" in page for name in ("마을소식", "사람들", "동네가게"))
    assert 'name="proposal"' not in desk.get(HERE).text
    assert client.get("/sections/interview").status_code == 200


def test_missing_and_wrong_methods(desk: Any, section: Section) -> None:
    for path in (f"{HERE}/999/edit", f"{HERE}/{10**30}/edit", f"{HERE}/999/merger"):
        assert desk.get(path).status_code == 404
    for act in ("", "/position", "/merger", "/deletion"):
        assert desk.send(f"{HERE}/999{act}", move="up").status_code == 404
    for act in ("", "/position", "/deletion"):
        assert desk.get(f"{HERE}/{section.id}{act}").status_code == 405


def test_only_for_the_editor(client: Any, section: Section, alice: Member) -> None:
    assert client.get(HERE).status_code == 302
    client.log_in(alice)
    for path in (HERE, f"{HERE}/new", f"{HERE}/{section.id}/edit", f"{HERE}/{section.id}/merger"):
        assert client.get(path).status_code == 403
    for act in ("", "/position", "/merger", "/deletion"):
        assert client.send(f"{HERE}/{section.id}{act}", **fields(section)).status_code == 403
