"""Two tabs on one article: nothing is overwritten unseen, both texts are shown, and each stays readable."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from database import db
from domain.desk.models import Revision
from models import Post

FIRST, SECOND, THIRD = "첫째 문단입니다.", "둘째 문단입니다.", "셋째 문단입니다."
BODY = f"<p>{FIRST}</p>\n<p>{SECOND}</p>\n<p>{THIRD}</p>"


@pytest.fixture
def desk(client: Any, editor: Any, paper: Any) -> Any:
    return client.log_in(editor)


@pytest.fixture
def post(make_post: Callable[..., Post]) -> Post:
    return make_post(body=BODY, summary="첫째 문단입니다. 둘째 문단입니다. 셋째 문단입니다.")


def fields(page: str, form: str) -> dict[str, str]:
    """The hidden and the chosen fields of a form, as a browser would send them."""
    inside = page.split(f'action="{form}"')[1].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", inside):
        name, value = (re.search(rf' {word}="([^"]*)"', tag) for word in ("name", "value"))
        if name and ('type="hidden"' in tag or " checked" in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def typed(desk: Any, post: Post) -> dict[str, str]:
    """A tab in which the article is open."""
    return fields(desk.get(f"/desk/posts/{post.id}/edit").text, f"/desk/posts/{post.id}")


def save(desk: Any, post: Post, tab: dict[str, str], body: str, **others: str) -> Any:
    hidden = {name: tab[name] for name in ("version", "started_from")}
    return desk.send(f"/desk/posts/{post.id}", **hidden, body=body, **{"title": "느티천 산책길"} | others)


def asides() -> list[Revision]:
    db.session.expire_all()
    return list(db.session.scalars(select(Revision).where(Revision.is_aside).order_by(Revision.id)))


@pytest.fixture
def conflict(desk: Any, post: Post) -> tuple[str, str]:
    """One tab has changed the first paragraph and the title, the other the last one. Page and address."""
    first, second = typed(desk, post), typed(desk, post)
    save(desk, post, first, BODY.replace(FIRST, "처음부터 고쳤습니다."), title="고친 제목")
    answer = save(desk, post, second, BODY.replace(THIRD, "끝을 고쳤습니다."))
    assert answer.status_code == 409
    return answer.text, f"/desk/posts/{post.id}/revisions/{asides()[-1].id}/merging"


def test_both_texts_are_shown_and_each_change_is_proposed(
    desk: Any, post: Post, conflict: tuple[str, str]
) -> None:
    page, address = conflict
    db.session.expire_all()
    assert "끝을" not in post.body
    for words in ("처음부터 고쳤습니다.", "끝을 고쳤습니다.", FIRST, THIRD, "고친 제목"):
        assert words in page
    assert f'class="merging__same">{SECOND}' in page
    sent = fields(page, address)
    assert sent["pick-title"] == "theirs"
    assert sorted(sent[name] for name in sent if name.startswith("pick-body")) == ["mine", "theirs"]
    answer = desk.send(address, **sent)
    assert answer.status_code == 303
    assert "고른 대로 저장했습니다" in desk.get(answer.location).text
    db.session.expire_all()
    assert post.body == BODY.replace(FIRST, "처음부터 고쳤습니다.").replace(THIRD, "끝을 고쳤습니다.")
    assert post.title == "고친 제목"
    assert post.state == "published"


def test_passages_are_chosen(desk: Any, post: Post, conflict: tuple[str, str]) -> None:
    page, address = conflict
    sent = fields(page, address) | {"pick-title": "mine"}
    sent |= {name: "theirs" for name in sent if name.startswith("pick-body")}
    assert desk.send(address, **sent).status_code == 303
    db.session.expire_all()
    assert (post.title, post.body) == ("느티천 산책길", BODY.replace(FIRST, "처음부터 고쳤습니다."))


@pytest.mark.parametrize(("whole", "words"), [("mine", "끝을"), ("theirs", "처음부터")])
def test_one_text_as_a_whole_and_the_other_is_kept(
    desk: Any, post: Post, conflict: tuple[str, str], whole: str, words: str
) -> None:
    page, address = conflict
    assert desk.send(address, **fields(page, address) | {"whole": whole}).status_code == 303
    db.session.expire_all()
    assert words in post.body
    bodies = "".join(db.session.scalars(select(Revision.body)))
    assert "끝을 고쳤습니다." in bodies
    assert "처음부터 고쳤습니다." in bodies
    assert "쓰지 않은 글" in desk.get(f"/desk/posts/{post.id}/revisions").text


def test_the_typed_text_is_put_aside_once(desk: Any, post: Post) -> None:
    first, second = typed(desk, post), typed(desk, post)
    save(desk, post, first, "다른 창의 글")
    for _double_click in range(2):
        assert save(desk, post, second, "이 창의 글").status_code == 409
    assert [aside.body for aside in asides()] == ["<p>이 창의 글</p>"]


def test_saved_again_while_choosing(desk: Any, post: Post, conflict: tuple[str, str]) -> None:
    page, address = conflict
    desk.send(f"/desk/posts/{post.id}", body="세 번째 창의 글")
    answer = desk.send(address, **fields(page, address))
    assert answer.status_code == 409
    assert "다시 골라 주세요" in answer.text
    assert "세 번째 창의 글" in answer.text
    db.session.expire_all()
    assert post.body == "<p>세 번째 창의 글</p>"
    assert desk.send(address, **fields(answer.text, address)).status_code == 303


def test_paragraphs_that_one_side_added_or_deleted(desk: Any, post: Post) -> None:
    first, second = typed(desk, post), typed(desk, post)
    save(desk, post, first, f"{BODY}\n<p>넷째를 더했습니다.</p>")
    answer = save(desk, post, second, BODY.replace(f"<p>{SECOND}</p>\n", ""))
    address = f"/desk/posts/{post.id}/revisions/{asides()[-1].id}/merging"
    desk.send(address, **fields(answer.text, address))
    db.session.expire_all()
    assert post.body == f"<p>{FIRST}</p>\n<p>{THIRD}</p>\n<p>넷째를 더했습니다.</p>"


def test_an_old_form_without_its_version_saves_and_the_text_before_is_kept(desk: Any, post: Post) -> None:
    desk.send(f"/desk/posts/{post.id}", body="다른 창의 글")
    assert desk.send(f"/desk/posts/{post.id}", body="이 창의 글").status_code == 303
    assert "<p>다른 창의 글</p>" in db.session.scalars(select(Revision.body)).all()


def test_a_text_that_differs_everywhere_is_chosen_as_a_whole(desk: Any, post: Post) -> None:
    first, second = typed(desk, post), typed(desk, post)
    save(desk, post, first, "\n".join(f"<p>저쪽 {number}</p>\n<p>같음</p>" for number in range(900)))
    answer = save(
        desk, post, second, "\n".join(f"<p>이쪽 {number}</p>\n<p>같음</p>" for number in range(900))
    )
    assert answer.status_code == 409
    assert answer.text.count('name="pick-body-0" value="mine"') == 1
    assert 'name="pick-body-301"' not in answer.text


@pytest.mark.parametrize("odd", [{"started_from": "x"}, {"started_from": "9" * 18}, {"pick-body-0": "both"}])
def test_odd_input(desk: Any, post: Post, conflict: tuple[str, str], odd: dict[str, str]) -> None:
    page, address = conflict
    assert desk.send(address, **fields(page, address) | odd).status_code == 303


def test_wrong_input_and_missing(desk: Any, post: Post, conflict: tuple[str, str], make_post: Any) -> None:
    _page, address = conflict
    assert desk.send(address, whole="everything").status_code == 422
    assert desk.get(address).status_code == 405
    assert desk.post(address).status_code == 400
    other = make_post()
    assert desk.send(address.replace(f"posts/{post.id}/", f"posts/{other.id}/")).status_code == 404
    assert desk.send("/desk/posts/999/revisions/1/merging").status_code == 404


def test_only_the_editor(client: Any, alice: Any, post: Post) -> None:
    address = f"/desk/posts/{post.id}/revisions/1/merging"
    assert client.send(address).status_code == 401
    assert client.log_in(alice).send(address).status_code == 403
