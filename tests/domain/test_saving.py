from collections.abc import Callable
from dataclasses import replace

import pytest

from database import db
from domain.desk import saving
from domain.desk.saving import PhotoEdit, PostDraft
from models import Attachment, Member, Photo, Post, Section


def draft(section: Section, body: str = "본문", **fields: object) -> PostDraft:
    columns = {"title": "느티천 산책길", "body": body, "origin": "own"}
    return PostDraft(section.id, columns, **fields)  # type: ignore[arg-type]


def photo(letter: str) -> Photo:
    return Photo(digest=letter * 64, width=960, height=640)


def test_new_article_has_everything_in_its_draft(editor: Member, section: Section) -> None:
    attachment = Attachment(filename="안내.pdf", size=1, digest="c" * 64)
    post = saving.save(
        None,
        editor,
        draft(
            section,
            tags=["느티천", "산책"],
            pinned=True,
            publication="now",
            new_photos=[photo("a"), photo("b")],
            new_attachments=[attachment],
        ),
    )
    db.session.commit()
    assert (post.title, post.body, post.author_id) == ("느티천 산책길", "<p>본문</p>", editor.id)
    assert [tag.name for tag in post.tags] == ["느티천", "산책"]
    assert (post.state, bool(post.pinned_at)) == ("published", True)
    assert [photo.position for photo in post.gallery] == [1, 2]
    assert post.attachments == [attachment]


def test_second_send_returns_the_first_article(editor: Member, section: Section) -> None:
    first = saving.save(None, editor, draft(section, idempotency_key="key"))
    db.session.commit()
    assert saving.save(None, editor, draft(section, idempotency_key="key")) is first
    with pytest.raises(saving.Conflict) as conflict:
        saving.save(None, editor, draft(section, "다른 글", idempotency_key="key"))
    assert (conflict.value.post_id, conflict.value.version) == (first.id, first.version)


def test_another_article_in_a_used_form_is_a_new_article(editor: Member, section: Section) -> None:
    first = saving.save(None, editor, draft(section, "다리를 다시 놓습니다", idempotency_key="key"))
    db.session.commit()
    columns = {"title": "국수 잔치", "body": "토요일 열두 시에 마을회관에서 모입니다."}
    other = PostDraft(section.id, columns, idempotency_key="key")
    second = saving.save(None, editor, other)
    db.session.commit()
    assert second is not first
    assert (first.body, second.title) == ("<p>다리를 다시 놓습니다</p>", "국수 잔치")
    assert saving.save(None, editor, other) is second  # a double click
    with pytest.raises(saving.Conflict) as conflict:
        saving.save(None, editor, replace(other, columns=columns | {"body": "일요일입니다."}))
    assert conflict.value.post_id == second.id


@pytest.mark.parametrize(
    "columns",
    [
        {"title": "고친 제목", "body": "다리를 다시 놓습니다"},
        {"title": "고친 제목", "body": "<p>다리를 곧 다시 놓습니다</p>"},
        {"title": "느티천 산책길", "body": "처음부터 새로 쓴 글입니다"},
    ],
)
def test_a_correction_in_a_used_form_is_a_conflict(
    editor: Member, section: Section, columns: dict[str, str]
) -> None:
    first = saving.save(None, editor, draft(section, "다리를 다시 놓습니다", idempotency_key="key"))
    db.session.commit()
    with pytest.raises(saving.Conflict) as conflict:
        saving.save(None, editor, PostDraft(section.id, columns, idempotency_key="key"))
    assert conflict.value.post_id == first.id


def test_conflict_changes_nothing(editor: Member, section: Section, make_post: Callable[..., Post]) -> None:
    post = make_post()
    opened = post.version
    saving.save(post, editor, draft(section, "다른 창의 글", version=opened))
    db.session.commit()
    stale = draft(
        section, "이 창의 글", version=opened, tags=["느티천"], publication="draft", new_photos=[photo("a")]
    )
    with pytest.raises(saving.Conflict):
        saving.save(post, editor, stale)
    db.session.commit()
    db.session.expire_all()
    assert (post.body, post.tags, post.photos, post.state) == ("<p>다른 창의 글</p>", [], [], "published")


def test_without_version_the_article_is_saved(
    editor: Member, section: Section, make_post: Callable[..., Post]
) -> None:
    post = make_post()
    assert saving.save(post, editor, draft(section, "고친 글")) is post
    assert post.body == "<p>고친 글</p>"


def test_photo_edits_leave_what_they_do_not_name(editor: Member, section: Section) -> None:
    first, second, third = photo("a"), photo("b"), photo("c")
    first.credit = "느티 기자"
    post = saving.save(None, editor, draft(section, new_photos=[first, second, third]))
    edits = {
        first.id: PhotoEdit(caption="설명", position=9),
        third.id: PhotoEdit(removed=True),
        first.id + 99: PhotoEdit(caption="다른 기사의 사진"),
    }
    saving.save(post, editor, draft(section, photo_edits=edits))
    assert post.gallery == [second, first]
    assert (first.caption, first.credit, post.cover) == ("설명", "느티 기자", second)
