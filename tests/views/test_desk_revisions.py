"""Versions of articles: each is kept word for word, can be read, compared, downloaded and brought back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from database import db
from domain.desk.models import Revision
from models import Photo, Post, Section, now

FIRST = "느티천 다리 공사가 오늘 시작됐다."


@pytest.fixture
def desk(client: Any, editor: Any, paper: Any) -> Any:
    return client.log_in(editor)


@pytest.fixture
def old(make_post: Callable[..., Post]) -> Post:
    """An article that is older than the table of versions."""
    return make_post(body=f"<p>{FIRST}</p>", published_at=now() - timedelta(days=30))


def versions(post: Post) -> list[Revision]:
    db.session.expire_all()
    query = select(Revision).where(Revision.post_id == post.id).order_by(Revision.id)
    return list(db.session.scalars(query))


def address(post: Post, revision: Revision, rest: str = "") -> str:
    return f"/desk/posts/{post.id}/revisions/{revision.id}{rest}"


def save(desk: Any, post: Post, **fields: Any) -> Any:
    return desk.send(f"/desk/posts/{post.id}", **fields)


def test_the_first_text_is_kept_through_ten_edits_and_a_take_down(desk: Any, old: Post) -> None:
    for number in range(10):
        assert save(desk, old, body=f"고친 글 {number}").status_code == 303
    desk.send(f"/desk/posts/{old.id}/deletion", action="delete")
    kept = versions(old)
    assert kept[0].body == f"<p>{FIRST}</p>"
    assert [revision.body for revision in kept[1:-1]] == [f"<p>고친 글 {number}</p>" for number in range(10)]
    assert [revision.state for revision in kept[-2:]] == ["published", "deleted"]
    assert kept[0].state == "published"
    page = desk.get(f"/desk/posts/{old.id}/revisions")
    assert page.status_code == 200
    assert page.text.count("그때 글 내려받기") == 12
    assert FIRST in desk.get(address(old, kept[0])).text


def test_a_new_article_has_a_version_with_everything(desk: Any, section: Section, editor: Any) -> None:
    desk.send(
        "/desk/posts", section_id=section.id, title="다리", subtitle="부제", body="본문", byline="느티 기자",
        origin="release", credit_line="느티시 제공", tags="다리, 하천", publish="now",
    )  # fmt: skip
    revision = db.session.scalars(select(Revision)).one()
    assert (revision.title, revision.subtitle, revision.byline) == ("다리", "부제", "느티 기자")
    assert (revision.origin, revision.credit_line, revision.tags) == (
        "release",
        "느티시 제공",
        ["다리", "하천"],
    )
    assert (revision.section_name, revision.author_id, revision.state) == ("지역뉴스", editor.id, "published")


def test_saving_the_same_makes_no_version(desk: Any, old: Post) -> None:
    save(desk, old, body="고친 글")
    save(desk, old, body="고친 글")
    assert len(versions(old)) == 2


def test_every_act_leaves_a_version(desk: Any, old: Post) -> None:
    own = f"/desk/posts/{old.id}"
    desk.send(f"{own}/corrections", kind="correction", body="이름을 바로잡습니다.")
    desk.send(f"{own}/publication", publish="withdraw")
    desk.send(f"{own}/publication", publish="now")
    desk.send(f"{own}/deletion", action="delete")
    desk.send(f"{own}/deletion", action="restore")
    changes = [revision.changes for revision in versions(old)]
    moment = ["published_at"]
    assert changes == [[], ["corrections"], moment, moment, ["deleted_at"], ["deleted_at"]]
    assert "이름을 바로잡습니다." in desk.get(address(old, versions(old)[1])).text


def test_note_and_small_fix(desk: Any, old: Post) -> None:
    page = desk.get(f"/desk/posts/{old.id}/edit").text
    assert 'name="is_small"' in page
    assert 'name="note"' in page
    save(desk, old, body="오타를 고친 글", is_small="y", note="오타")
    db.session.expire_all()
    assert old.edited_at is None
    kept = versions(old)[-1]
    assert (kept.is_small, kept.note) == (True, "오타")
    text = desk.get(f"/desk/posts/{old.id}/revisions").text
    assert "작은 수정" in text
    assert "오타" in text
    save(desk, old, body="크게 고친 글")
    db.session.expire_all()
    assert old.edited_at


def test_difference_by_word(desk: Any, old: Post) -> None:
    save(desk, old, body="느티천 다리 공사가 내일 시작된다.", title="<b>다리</b>")
    first, second = versions(old)
    page = desk.get(address(old, second)).text
    assert "<del>오늘 시작됐다.</del><ins>내일 시작된다.</ins>" in page
    assert "느티천 다리 공사가 " in page
    assert "&lt;b&gt;다리&lt;/b&gt;" in page
    assert "<ins>내일 시작된다.</ins>" in desk.get(address(old, first, "?with=now")).text
    assert "달라진 점이 없습니다" in desk.get(address(old, second, "?with=now")).text


def test_a_change_of_markup_only(desk: Any, old: Post) -> None:
    save(desk, old, body=f"<p><strong>{FIRST}</strong></p>")
    assert "글은 같습니다" in desk.get(address(old, versions(old)[-1])).text


def test_bringing_back_makes_a_new_version(desk: Any, old: Post) -> None:
    db.session.add(Photo(post=old, digest="a" * 64, width=10, height=10, caption="노을", position=1))
    db.session.commit()
    photo = old.photos[0].id
    save(desk, old, body="고친 글", title="고친 제목", tags="새말", **{f"remove-{photo}": "1"})
    first = versions(old)[0]
    answer = desk.send(address(old, first, "/restoration"))
    assert answer.status_code == 303
    assert "되살렸습니다" in desk.get(answer.location).text
    db.session.expire_all()
    assert (old.title, old.body, old.tags, old.state) == ("느티천 산책길", f"<p>{FIRST}</p>", [], "published")
    assert [(photo.digest, photo.caption) for photo in old.gallery] == [("a" * 64, "노을")]
    assert [revision.title for revision in versions(old)] == ["느티천 산책길", "고친 제목", "느티천 산책길"]
    assert "되살림" in versions(old)[-1].note
    desk.send(address(old, versions(old)[1], "/restoration"))
    db.session.expire_all()
    assert (old.title, old.gallery) == ("고친 제목", [])


def test_a_version_without_origin_cannot_come_back_to_a_published_article(
    desk: Any, make_post: Callable[..., Post]
) -> None:
    post = make_post(origin="", published_at=None)
    save(desk, post, origin="own", publish="now")
    answer = desk.send(address(post, versions(post)[0], "/restoration"))
    assert answer.status_code == 422
    db.session.expire_all()
    assert (post.origin, len(versions(post))) == ("own", 2)


def test_download_as_it_stood(desk: Any, old: Post) -> None:
    save(desk, old, body="고친 글")
    answer = desk.get(address(old, versions(old)[0], "/file"))
    assert answer.mimetype == "text/html"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith(f"attachment; filename=maeul-{old.id}-")
    assert FIRST in answer.text
    assert "고친 글" not in answer.text
    assert "시험신문" in answer.text


def test_a_long_list_has_pages(desk: Any, old: Post) -> None:
    save(desk, old, body="고친 글")
    base = versions(old)[0]
    copied = {name: getattr(base, name) for name in Revision.CONTENT}
    db.session.add_all(Revision(post_id=old.id, section_name="지역뉴스", **copied) for _number in range(60))
    db.session.commit()
    first = desk.get(f"/desk/posts/{old.id}/revisions").text
    assert first.count("<li>") >= 50
    older = first.split("revisions?before=")[1].split('"')[0]
    second = desk.get(f"/desk/posts/{old.id}/revisions?before={older}").text
    assert "revisions?before=" not in second
    assert address(old, base) in second


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "0"])
def test_odd_page_of_the_list(desk: Any, old: Post, before: str) -> None:
    assert desk.get(f"/desk/posts/{old.id}/revisions?before={before}").status_code == 200


def test_missing(desk: Any, old: Post, make_post: Callable[..., Post]) -> None:
    save(desk, old, body="고친 글")
    theirs, other = versions(old)[0], make_post()
    assert "아직 고친 적이 없습니다" in desk.get(f"/desk/posts/{other.id}/revisions").text
    assert desk.get("/desk/posts/999/revisions").status_code == 404
    for path in (address(other, theirs), f"/desk/posts/{old.id}/revisions/{'9' * 30}"):
        assert desk.get(path).status_code == 404
        assert desk.get(f"{path}/file").status_code == 404
        assert desk.send(f"{path}/restoration").status_code == 404


def test_only_the_editor(client: Any, alice: Any, old: Post) -> None:
    path = f"/desk/posts/{old.id}/revisions"
    assert client.get(path).status_code == 302
    assert client.send(f"{path}/1/restoration").status_code == 401
    client.log_in(alice)
    assert client.get(path).status_code == 403
    assert client.get(f"{path}/1/file").status_code == 403
    assert client.send(f"{path}/1/restoration").status_code == 403


def test_wrong_method_and_no_token(desk: Any, old: Post) -> None:
    save(desk, old, body="고친 글")
    path = address(old, versions(old)[0], "/restoration")
    assert desk.get(path).status_code == 405
    assert desk.send(address(old, versions(old)[0])).status_code == 405
    assert desk.post(path).status_code == 400
    assert len(versions(old)) == 2
