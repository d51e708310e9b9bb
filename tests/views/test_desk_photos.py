"""Photos uploaded for the text of an article."""

import io
from typing import Any

from pictures import jpeg
from sqlalchemy import select

from database import db
from models import Photo, Post

WHERE = "/desk/photos"


def send(client: Any, content: bytes, **headers: str) -> Any:
    return client.send(WHERE, file=(io.BytesIO(content), "사진.jpg"))


def test_photo_is_stored_and_shown(client: Any, editor: Any, paper: Any, section: Any) -> None:
    client.log_in(editor)
    answer = send(client, jpeg((2000, 1000)))
    assert answer.status_code == 201
    assert (answer.json["width"], answer.json["height"]) == (1600, 800)
    location = answer.json["location"]
    assert client.get(location).mimetype == "image/webp"
    assert db.session.scalars(select(Photo)).one().in_text
    client.send(
        "/desk/posts",
        section_id=section.id,
        title="제목",
        body=f'<p>글</p><figure><img src="{location}"></figure>',
    )
    post = db.session.scalars(select(Post)).one()
    assert location in post.body
    assert post.gallery == []
    assert post.cover


def test_small_photos_stay_small(client: Any, editor: Any, paper: Any) -> None:
    answer = send(client.log_in(editor), jpeg((300, 200)))
    assert (answer.json["width"], answer.json["location"].endswith("-300.webp")) == (300, True)


def test_csrf_token_may_be_in_a_header(client: Any, editor: Any, paper: Any) -> None:
    client.log_in(editor)
    page = client.get("/desk/posts/new").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    picture = {"file": (io.BytesIO(jpeg((300, 200))), "a.jpg")}
    assert client.post(WHERE, data=picture, headers={"X-CSRFToken": token}).status_code == 201
    assert client.post(WHERE, data={"file": (io.BytesIO(b""), "a.jpg")}).status_code == 400


def test_unreadable_picture_is_an_error(client: Any, editor: Any, paper: Any) -> None:
    client.log_in(editor)
    for answer in (send(client, b"no picture"), client.send(WHERE), client.send(WHERE, file="text")):
        assert answer.status_code == 422
        assert answer.json["error"]
    assert db.session.scalars(select(Photo)).all() == []


def test_only_for_the_editor(client: Any, alice: Any, paper: Any) -> None:
    assert send(client, jpeg((30, 20))).status_code == 401
    assert send(client.log_in(alice), jpeg((30, 20))).status_code == 403
    assert client.get(WHERE).status_code == 405
    assert db.session.scalars(select(Photo)).all() == []
