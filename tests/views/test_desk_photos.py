"""Photos uploaded for the text of an article."""

import io
import re
from typing import Any

from pictures import jpeg
from PIL import Image
from pillow_heif import register_heif_opener
from sqlalchemy import select

from database import db
from domain.desk.models import Revision
from models import Member, Photo, Post

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


def heic(size: tuple[int, int]) -> bytes:
    register_heif_opener()
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, "HEIF")
    return file.getvalue()


def send_card(client: Any, content: bytes) -> Photo:
    """Send a photo for the list beside the text."""
    answer = client.send(WHERE, card="1", file=(io.BytesIO(content), "사진.heic"))
    assert answer.status_code == 201
    photo = db.session.scalars(select(Photo).order_by(Photo.id.desc())).first()
    assert photo
    assert f'name="kept_photos" value="{photo.id}"' in answer.json["card"]
    return photo


def save(client: Any, section: Any, **fields: Any) -> Post:
    """Publish an article. Returns it."""
    words = {
        "section_id": section.id,
        "title": "제목",
        "body": "<p>글</p>",
        "origin": "own",
        "publish": "now",
    }
    client.send("/desk/posts", **(words | fields))
    return db.session.scalars(select(Post).order_by(Post.id.desc())).first()


def test_photo_of_an_iphone_becomes_a_card_with_the_last_credit(
    client: Any, editor: Any, section: Any
) -> None:
    client.log_in(editor)
    first = send_card(client, heic((640, 480)))
    assert (first.width, first.height, first.credit, first.in_text) == (640, 480, "", False)
    save(client, section, kept_photos=first.id, **{f"credit-{first.id}": "김느티"})
    assert send_card(client, jpeg((60, 40))).credit == "김느티"


def test_words_focus_and_cover_reach_the_readers(client: Any, editor: Any, section: Any) -> None:
    client.log_in(editor)
    ids = [send_card(client, jpeg((640, 480 + n))).id for n in range(3)]
    fields: dict[str, Any] = {
        f"alt-{ids[0]}": "다리 위에 선 사람들",
        f"alt-{ids[1]}": "",
        f"decorative-{ids[1]}": "1",
    }
    fields |= {
        f"focus_x-{ids[2]}": "12",
        f"focus_y-{ids[2]}": "999",
        "cover": ids[2],
        f"caption-{ids[1]}": "무늬",
    }
    post = save(client, section, kept_photos=ids, **fields)
    assert post.cover
    assert post.cover.id == ids[2]
    assert (post.cover.focus_x, post.cover.focus_y) == (12, 100)
    page = client.get(f"/posts/{post.id}").text
    assert 'alt="다리 위에 선 사람들"' in page
    assert page.split("무늬</figcaption>")[0].rsplit("<img", 1)[1].count('alt=""') == 1
    assert 'class="focus focus--x1 focus--y10"' in client.get("/").text
    kept = db.session.scalars(select(Revision)).one()
    assert kept.photos[0]["alt"] == "다리 위에 선 사람들"
    assert "alt" not in kept.photos[2]
    assert (kept.photos[2]["focus_x"], kept.photos[2]["is_cover"]) == (12, True)


def test_photo_placed_in_the_text_is_shown_once(client: Any, editor: Any, section: Any) -> None:
    client.log_in(editor)
    photo = send_card(client, jpeg((640, 480)))
    caption = "<figcaption>느티나무 / 사진 김느티</figcaption></figure>"
    body = f'<p>앞 문단</p><figure><img src="{photo.address(640)}">{caption}<p>뒤 문단</p>'
    fields = {f"placed-{photo.id}": "1", f"credit-{photo.id}": "김느티", f"alt-{photo.id}": "그늘"}
    post = save(client, section, body=body, kept_photos=photo.id, **fields)
    assert [(row.id, row.in_text, row.caption) for row in post.photos] == [(photo.id, True, "느티나무")]
    assert caption in post.body
    assert 'alt="그늘"' in post.body
    page = client.get(f"/desk/posts/{post.id}/edit").text
    assert f'name="alt-{photo.id}"' in page
    assert f'name="caption-{photo.id}"' not in page


def test_order_of_the_cards_is_kept_when_the_form_is_refused(client: Any, editor: Any, section: Any) -> None:
    client.log_in(editor)
    ids = [send_card(client, jpeg((640, 480 + n))).id for n in range(3)]
    places = {f"position-{id}": 3 - number for number, id in enumerate(ids)}
    page = client.send("/desk/posts", section_id=section.id, title="", kept_photos=ids, **places).text
    assert re.findall(r'name="kept_photos" value="(\d+)"', page) == [str(id) for id in reversed(ids)]
    assert [photo.id for photo in save(client, section, kept_photos=ids, **places).gallery] == ids[::-1]


def test_cards_of_photos_without_an_article(client: Any, editor: Any, alice: Any, section: Any) -> None:
    address = f"{WHERE}/cards?id={{}}"
    assert client.get(address.format(1)).status_code == 302
    client.log_in(editor)
    waiting, used = (send_card(client, jpeg((60, 40 + n))) for n in range(2))
    save(client, section, kept_photos=used.id)
    cards = client.get(f"{address.format(used.id)}&id=x&id={waiting.id}&id={10**17}").json["cards"]
    assert len(cards) == 1
    assert f'name="caption-{waiting.id}"' in cards[0]
    assert client.log_in(alice).get(address.format(waiting.id)).status_code == 403


def test_too_large_and_lying_files_get_a_sentence(make_app: Any) -> None:
    app = make_app(upload_megabytes=1, photo_megapixels=1)
    with app.app_context():
        editor = Member(password_hash="!", is_editor=True)
        editor.name_as("editor", "편집인", "editor@example.com")
        db.session.add(editor)
        db.session.commit()
        client = app.test_client()
        client.log_in(editor)
        page = client.get("/desk/posts/new").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        headers = {"X-CSRFToken": token, "Accept": "application/json"}
        bomb, lie = heic((1100, 1000)), b"\0\0\0\x18ftypheic" + b"x" * 500
        for content, status in ((b"x" * 1_100_000, 413), (bomb, 422), (lie, 422)):
            data = {"card": "1", "file": (io.BytesIO(content), "a.heic")}
            answer = client.post(WHERE, data=data, headers=headers)
            assert (answer.status_code, bool(answer.json["error"])) == (status, True)
        assert db.session.scalars(select(Photo)).all() == []
        db.session.remove()
