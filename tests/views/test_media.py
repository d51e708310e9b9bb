"""Photos: caching, and that no other file can be read."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from database import db
from domain.desk import selection
from lib.files.store import Store
from models import Photo, Post

DIGEST = "a" * 64


@pytest.fixture
def files(app: Flask, post: Post) -> None:
    post.photos.append(Photo(digest=DIGEST, width=480, height=320))
    db.session.commit()
    store = Store(app.config["SETTINGS"].media)
    store.put(f"{DIGEST}-480.webp", b"webp")
    store.put(f"{DIGEST}-share.jpg", b"jpeg")
    store.put(DIGEST, b"an attachment")


@pytest.mark.parametrize(("name", "kind"), [("480.webp", "image/webp"), ("share.jpg", "image/jpeg")])
def test_a_photo_may_be_cached_for_ever(client: Any, files: None, name: str, kind: str) -> None:
    response = client.get(f"/media/{DIGEST}-{name}")
    assert (response.status_code, response.mimetype) == (200, kind)
    caching = response.headers["Cache-Control"]
    assert "public" in caching
    assert "immutable" in caching
    assert "max-age=31536000" in caching
    assert "no-cache" not in caching
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    second = client.get(f"/media/{DIGEST}-{name}", headers={"If-None-Match": response.headers["ETag"]})
    assert (second.status_code, second.data) == (304, b"")


@pytest.mark.parametrize(
    "name",
    [
        DIGEST, f"{DIGEST}-960.webp", f"{DIGEST}-480.jpg", f"{DIGEST}-0480.webp", f"{DIGEST}-480.webp%0a",
        f"{DIGEST.upper()}-480.webp", f"..%2f{DIGEST}", "x", "%00", "%ff", f"{'b' * 64}-480.webp", "a" * 5000,
    ],
)  # fmt: skip
def test_no_other_file_is_served(client: Any, files: None, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


def test_a_photo_cannot_be_posted_to(client: Any, files: None) -> None:
    assert client.send(f"/media/{DIGEST}-480.webp").status_code == 405


def test_a_photo_of_an_erased_article_is_served_no_more(client: Any, files: None, post: Post) -> None:
    assert client.get(f"/media/{DIGEST}-480.webp").status_code == 200
    post.delete()
    selection.erase([post.id], None)
    db.session.commit()
    assert client.get(f"/media/{DIGEST}-480.webp").status_code == 404


@pytest.fixture
def by_proxy(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], files_by_proxy=True)


def test_the_proxy_is_told_where_a_photo_lies(client: Any, files: None, by_proxy: None) -> None:
    answer = client.get(f"/media/{DIGEST}-480.webp")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["X-Accel-Redirect"] == f"/-/media/{DIGEST[:2]}/{DIGEST}-480.webp"
    assert answer.headers["Content-Type"] == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_proxy_is_told_nothing_of_a_photo_that_is_not_shown(
    client: Any, files: None, post: Post, by_proxy: None
) -> None:
    post.delete()
    selection.erase([post.id], None)
    db.session.commit()
    answer = client.get(f"/media/{DIGEST}-480.webp")
    assert answer.status_code == 404
    assert "X-Accel-Redirect" not in answer.headers
