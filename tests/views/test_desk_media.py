"""The photo library of the desk."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from database import db
from domain.desk import library, publishing, revisions
from domain.keeping import housekeeping
from domain.reading import pictures
from models import Photo, now

WHERE = "/desk/media"


@pytest.fixture
def make_photo() -> Any:
    """Photos without files, each of another picture unless told otherwise."""

    def make(letter: str, **values: Any) -> Photo:
        photo = Photo(**({"digest": letter * 64, "width": 480, "height": 320} | values))
        db.session.add(photo)
        db.session.commit()
        return photo

    return make


def shown(page: str) -> list[str]:
    """The first letters of the pictures on a page."""
    return re.findall(r'<img src="/media/(\w)\w{63}-480', page)


def test_all_photos_are_listed_newest_first_each_picture_once(
    client: Any, editor: Any, post: Any, make_photo: Any
) -> None:
    make_photo("a", post_id=post.id, caption="왜가리", created_at=now() - timedelta(days=2))
    make_photo("b", created_at=now() - timedelta(days=1))
    make_photo("a", caption="또 쓴 왜가리")
    page = client.log_in(editor).get(WHERE).text
    assert shown(page) == ["a", "b"]
    assert "또 쓴 왜가리" in page


def test_photos_are_found_by_words_and_by_month(
    client: Any, editor: Any, paper: Any, make_photo: Any
) -> None:
    client.log_in(editor)
    make_photo("a", caption="강가의 왜가리", created_at=datetime(2026, 9, 30, 15, 0, tzinfo=UTC))  # 1 October
    make_photo("b", credit="김느티", created_at=datetime(2026, 9, 30, 14, 0, tzinfo=UTC))
    make_photo("c", caption="왜가리 둥지")
    assert shown(client.get(f"{WHERE}?q=왜가리").text) == ["c", "a"]
    assert shown(client.get(f"{WHERE}?q=느티").text) == ["b"]
    assert shown(client.get(f"{WHERE}?month=2026-10").text) == ["a"]
    assert shown(client.get(f"{WHERE}?month=2026-09&q=왜가리").text) == []
    assert client.get(f"{WHERE}?q=%EC%97%86&month=2026-09").status_code == 200


def test_words_are_found_only_as_long_as_they_stand(
    client: Any, editor: Any, paper: Any, make_photo: Any
) -> None:
    client.log_in(editor)
    photo = make_photo("a", caption="왜가리")
    db.session.get_one(Photo, photo.id).caption = "두루미"
    db.session.commit()
    assert shown(client.get(f"{WHERE}?q=왜가리").text) == []
    assert shown(client.get(f"{WHERE}?q=두루미").text) == ["a"]


@pytest.mark.parametrize("words", ["", "q=왜가리"])
def test_pages_follow_one_another(
    client: Any, editor: Any, paper: Any, make_photo: Any, monkeypatch: Any, words: str
) -> None:
    monkeypatch.setattr(library, "PAGE", 2)
    for letter in "abcde":
        make_photo(letter, caption="왜가리")
    client.log_in(editor)
    pages, address = [], f"{WHERE}?{words}"
    while address:
        page = client.get(address).text
        pages.append(shown(page))
        address = "".join(re.findall(r'rel="next" href="([^"]+)"', page)).replace("&amp;", "&")
    assert pages == [["e", "d"], ["c", "b"], ["a"]]


def test_photo_is_used_again_with_its_words(client: Any, editor: Any, post: Any, make_photo: Any) -> None:
    photo = make_photo("a", post_id=post.id, caption="왜가리", credit="김느티", alt="흰 새", is_cover=True)
    client.log_in(editor)
    answer = client.send(f"{WHERE}/{photo.id}/uses")
    copy = db.session.scalars(select(Photo).order_by(Photo.id.desc())).first()
    assert copy
    assert answer.location == f"/desk/posts/new?photo={copy.id}"
    assert (copy.post_id, copy.caption, copy.alt, copy.is_cover) == (None, "왜가리", "흰 새", False)
    assert f'name="kept_photos" value="{copy.id}"' in client.get(answer.location).text
    answer = client.send(f"{WHERE}/{photo.id}/uses", post=post.id)
    assert answer.location.startswith(f"/desk/posts/{post.id}/edit?photo=")
    assert 'name="kept_photos"' in client.get(answer.location).text


def test_a_photo_that_does_not_exist_and_other_wrong_addresses(client: Any, editor: Any, post: Any) -> None:
    client.log_in(editor)
    for id in (7, 10**18, 10**30):
        assert client.send(f"{WHERE}/{id}/uses").status_code == 404
    assert client.send(f"{WHERE}/1/uses", post="999").status_code == 404
    for query in ("after=x", "after=x&q=가", "month=2026-13", "post=999", f"after={'9' * 40}"):
        assert client.get(f"{WHERE}?{query}").status_code == 404, query
    assert client.get(f"{WHERE}?q=.").status_code == 200
    assert client.get(f"{WHERE}/1/uses").status_code == 405


def test_library_is_the_editors(client: Any, alice: Any, paper: Any, make_photo: Any) -> None:
    photo = make_photo("a")
    for expected in (302, 403):
        assert client.get(WHERE).status_code == expected
        assert client.send(f"{WHERE}/{photo.id}/uses").status_code in (401, expected)
        client.log_in(alice)
    assert db.session.scalar(select(func.count()).select_from(Photo)) == 1


def test_a_photo_that_an_article_no_longer_has_stays_in_the_library(
    client: Any, editor: Any, post: Any, make_photo: Any
) -> None:
    photo = make_photo("a", post_id=post.id, caption="왜가리", created_at=now() - timedelta(days=90))
    with revisions.recorded(post, editor):
        publishing.remove_photo(post, photo)
    db.session.commit()
    housekeeping.purge_rows("secret")
    db.session.commit()
    assert shown(client.log_in(editor).get(f"{WHERE}?q=왜가리").text) == ["a"]
    assert not pictures.is_public("a" * 64, now())
