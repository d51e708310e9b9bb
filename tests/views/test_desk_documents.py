"""Text and photos of a document, taken over into the form of an article."""

import html
import io
import re
from collections.abc import Callable
from typing import Any

import documents
import pytest
from sqlalchemy import select

from database import db
from models import Photo, Post, Section

WHERE = "/desk/documents"


def chosen(content: bytes, name: str = "보도자료.hwpx") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def body(page: str) -> str:
    match = re.search(r'<textarea[^>]* name="body"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return html.unescape(match[1]).strip() if match else ""


def kept_photos(page: str) -> list[str]:
    return re.findall(r'name="kept_photos" value="(\d+)"', page)


def test_a_document_fills_the_form_and_is_saved_with_it(client: Any, editor: Any, section: Section) -> None:
    client.log_in(editor)
    typed = {"section_id": section.id, "title": "적어 둔 제목", "byline": "김한결", "body": "적어 둔 글"}
    page = client.send(WHERE, **typed, document=chosen(documents.hwpx()))
    assert page.status_code == 200
    assert "사진 2장을 가져왔습니다" in page.text
    assert all(text in page.text for text in ("적어 둔 제목", "김한결"))
    assert body(page.text).startswith("<p>적어 둔 글</p>\n<p>보도시점: 2026. 12. 3.(목) 오전 6시</p>")
    assert db.session.scalars(select(Post)).all() == []
    ids = kept_photos(page.text)
    assert len(ids) == 2
    client.send("/desk/posts", **typed | {"body": body(page.text)}, kept_photos=ids)
    post = db.session.scalars(select(Post)).one()
    assert [str(photo.id) for photo in post.photos] == ids
    assert "<ol><li>신청서를 쓴다.</li></ol>" in post.body


def test_a_document_for_an_article_that_exists(
    client: Any, editor: Any, make_post: Callable[..., Post]
) -> None:
    post = make_post()
    page = client.log_in(editor).send(
        WHERE, post_id=post.id, title="고친 제목", version=post.version, document=chosen(documents.word())
    )
    assert f'action="/desk/posts/{post.id}"' in page.text
    assert "고친 제목" in page.text
    assert "<h2>느티시립도서관" in body(page.text)
    db.session.expire_all()
    assert (post.title, post.body) == ("느티천 산책길", "<p>본문입니다.</p>")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "HWPX나 DOCX 파일을 골라 주세요"),
        (b"%PDF-1.7", "HWPX나 DOCX 파일이 아닙니다"),
        (b"HWP Document File V3.00", "HWPX로 저장"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "DOCX로 저장"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "암호"),
        (documents.hwpx()[:3000], "손상"),
    ],
)
def test_a_document_that_cannot_be_read(
    client: Any, editor: Any, paper: Any, content: bytes, sentence: str
) -> None:
    page = client.log_in(editor).send(WHERE, title="남는 제목", body="남는 글", document=chosen(content))
    assert page.status_code == 422
    assert sentence in page.text
    assert "남는 제목" in page.text
    assert body(page.text) == "남는 글"
    assert db.session.scalars(select(Photo)).all() == []


def test_a_document_that_is_too_large(client: Any, editor: Any, paper: Any) -> None:
    bomb = documents.hwpx(**{"BinData/x.jpg": bytes(90_000_000)})
    page = client.log_in(editor).send(WHERE, body="남는 글", document=chosen(bomb))
    assert page.status_code == 413
    assert "남는 글" in page.text


def test_pictures_that_nobody_can_read_are_counted(client: Any, editor: Any, paper: Any) -> None:
    content = documents.hwpx(**{"BinData/image2.bmp": b"BM broken"})
    page = client.log_in(editor).send(WHERE, document=chosen(content))
    assert "사진 1장을 가져왔습니다. 그림 1개는 읽지 못했습니다" in page.text
    assert len(kept_photos(page.text)) == 1


def test_no_document_came(client: Any, editor: Any, paper: Any) -> None:
    client.log_in(editor)
    assert client.send(WHERE).status_code == 422
    assert client.send(WHERE, document="text").status_code == 422
    assert client.send(WHERE, post_id="999", document=chosen(documents.hwpx())).status_code == 404
    assert client.post(WHERE, data={"document": chosen(documents.hwpx())}).status_code == 400


def test_only_for_the_editor(client: Any, alice: Any, paper: Any) -> None:
    assert client.send(WHERE, document=chosen(documents.hwpx())).status_code in (302, 303, 401)
    assert client.log_in(alice).send(WHERE, document=chosen(documents.hwpx())).status_code == 403
    assert client.get(WHERE).status_code == 405
    assert db.session.scalars(select(Photo)).all() == []
