"""What is typed on a writing page is stored on the server, changes no article, and can be taken up again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from database import db
from domain.desk.models import Revision, WorkingCopy
from domain.keeping import housekeeping
from models import Login, Photo, Post, Section, now

NEW = "/desk/posts/working-copy"


@pytest.fixture
def desk(client: Any, editor: Any, paper: Any) -> Any:
    return client.log_in(editor)


def copies() -> list[WorkingCopy]:
    db.session.expire_all()
    return list(db.session.scalars(select(WorkingCopy).order_by(WorkingCopy.id)))


def test_a_new_article_without_a_title(desk: Any) -> None:
    answer = desk.send(NEW, idempotency_key="a", title="", body="<p>쓰던 글</p>")
    assert answer.status_code == 200
    assert len(answer.json["stored"]) == len("23:41:07")
    desk.send(NEW, idempotency_key="a", title="제목", body="<p>더 쓴 글</p>")
    (copy,) = copies()
    assert (copy.title, dict(copy.fields)["body"]) == ("제목", "<p>더 쓴 글</p>")
    assert "csrf_token" not in dict(copy.fields)
    page = desk.get("/desk/").text
    assert "저장하지 않은 글" in page
    assert "제목" in page
    again = desk.get(f"/desk/posts/new?copy={copy.id}").text
    assert "더 쓴 글" in again
    assert 'name="idempotency_key" type="hidden" value="a"' in again


def test_a_published_article_is_not_changed(desk: Any, post: Post) -> None:
    version = post.version
    fields = {"idempotency_key": "a", "version": version, "title": "쓰던 제목", "body": "쓰던 본문"}
    assert desk.send(f"/desk/posts/{post.id}/working-copy", **fields).status_code == 200
    db.session.expire_all()
    assert post.version == version
    assert db.session.scalars(select(Revision)).all() == []
    assert "쓰던" not in desk.get(f"/posts/{post.id}").text
    page = desk.get(f"/desk/posts/{post.id}/edit").text
    assert "쓰던 제목" not in page
    assert "쓰던 본문" not in page
    again = desk.get(f"/desk/posts/{post.id}/edit?copy={copies()[0].id}").text
    assert "쓰던 제목" in again
    assert "쓰던 글" in again
    assert "data-returned" in again


def test_two_pages_with_one_article_lose_nothing(desk: Any, post: Post) -> None:
    for key in "ab":
        desk.send(f"/desk/posts/{post.id}/working-copy", idempotency_key=key, title=f"제목 {key}")
    assert [copy.title for copy in copies()] == ["제목 a", "제목 b"]


def test_captions_and_waiting_photos_come_back(desk: Any, post: Post) -> None:
    mine = Photo(post=post, digest="a" * 64, width=10, height=10, caption="그대로")
    waiting = Photo(digest="b" * 64, width=10, height=10)
    db.session.add_all([mine, waiting])
    db.session.commit()
    fields = {
        f"caption-{mine.id}": "쓰던 설명",
        "kept_photos": waiting.id,
        f"caption-{waiting.id}": "새 사진",
    }
    desk.send(f"/desk/posts/{post.id}/working-copy", idempotency_key="a", **fields)
    page = desk.get(f"/desk/posts/{post.id}/edit?copy={copies()[0].id}").text
    assert "쓰던 설명" in page
    assert "새 사진" in page


def test_saving_discards_the_copy_and_the_same_text_of_a_crashed_page(desk: Any, section: Section) -> None:
    text = {"title": "제목", "body": "<p>쓰던 글</p>"}
    desk.send(NEW, idempotency_key="crashed", **text)
    desk.send(NEW, idempotency_key="other", title="제목", body="<p>다른 글</p>")
    desk.send(NEW, idempotency_key="a", **text)
    desk.send("/desk/posts", idempotency_key="a", section_id=section.id, **text)
    assert [copy.form_key for copy in copies()] == ["other"]


def test_a_refused_form_keeps_the_copy(desk: Any, section: Section, post: Post) -> None:
    desk.send(NEW, idempotency_key="a", title="제목")
    assert desk.send("/desk/posts", idempotency_key="a", section_id=section.id, title="").status_code == 422
    opened = post.version
    desk.send(f"/desk/posts/{post.id}", body="다른 창의 글", version=opened)
    desk.send(f"/desk/posts/{post.id}/working-copy", idempotency_key="b", body="이 창의 글")
    stale = {"idempotency_key": "b", "body": "이 창의 글", "version": opened}
    assert desk.send(f"/desk/posts/{post.id}", **stale).status_code == 409
    assert [copy.form_key for copy in copies()] == ["a", "b"]


def test_a_copy_is_discarded(desk: Any) -> None:
    desk.send(NEW, idempotency_key="a", title="제목")
    address = f"/desk/working-copies/{copies()[0].id}/deletion"
    for _double_click in range(2):
        assert desk.send(address).status_code == 303
    assert copies() == []
    assert "저장하지 않은 글" not in desk.get("/desk/").text


def test_old_copies_go(desk: Any) -> None:
    desk.send(NEW, idempotency_key="old", title="제목")
    desk.send(NEW, idempotency_key="new", title="제목")
    copies()[0].stored_at = now() - timedelta(days=31)
    db.session.commit()
    housekeeping.purge_rows("secret")
    assert [copy.form_key for copy in copies()] == ["new"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"title": "제목"}, 422),
        ({"idempotency_key": " ", "title": "제목"}, 422),
        ({"idempotency_key": "a", "body": "가" * 2_000_001}, 413),
        ({"idempotency_key": "a"} | {f"f{number}": "" for number in range(1001)}, 413),
    ],
)
def test_wrong_input(desk: Any, fields: dict[str, str], status: int) -> None:
    answer = desk.send(NEW, **fields)
    assert answer.status_code == status
    assert copies() == []


def test_missing(desk: Any, post: Post, make_post: Callable[..., Post]) -> None:
    desk.send(f"/desk/posts/{post.id}/working-copy", idempotency_key="a", title="제목")
    id = copies()[0].id
    assert desk.send("/desk/posts/999/working-copy", idempotency_key="b").status_code == 404
    for path in (f"/desk/posts/new?copy={id}", f"/desk/posts/{make_post().id}/edit?copy={id}"):
        assert desk.get(path).status_code == 404
    assert desk.get("/desk/posts/new?copy=999").status_code == 404
    assert desk.get("/desk/posts/new?copy=x").status_code == 200


def test_only_the_editor_while_logged_in(client: Any, editor: Any, alice: Any, post: Post) -> None:
    addresses = (NEW, f"/desk/posts/{post.id}/working-copy", "/desk/working-copies/1/deletion")
    client.log_in(editor)
    db.session.rollback()
    db.session.execute(delete(Login))
    db.session.commit()
    for address in addresses:
        assert client.send(address, idempotency_key="a").status_code == 401
    client.log_in(alice)
    for address in addresses:
        assert client.send(address, idempotency_key="a").status_code == 403
    assert copies() == []


def test_wrong_method_and_no_token(desk: Any) -> None:
    assert desk.get(NEW).status_code in (404, 405)
    assert desk.get("/desk/working-copies/1/deletion").status_code == 405
    assert desk.post(NEW, data={"idempotency_key": "a"}).status_code == 400
    assert copies() == []
