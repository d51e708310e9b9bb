import hashlib
import io
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from database import db
from domain.desk import photos
from lib.files.store import Store
from models import Refused


def jpeg(width: int, height: int) -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(stream, "JPEG")
    stream.seek(0)
    return stream


def test_all_files_of_a_photo_are_stored(app: Flask, tmp_path: Path) -> None:
    store = Store(tmp_path / "media")
    photo = photos.take(store, jpeg(1000, 500), 60)
    assert (photo.width, photo.height, photo.widths) == (1000, 500, [480, 960, 1000])
    names = [photo.address(width) for width in photo.widths] + [photo.share_address]
    assert all(store.path(name.removeprefix("/media/")).is_file() for name in names)
    largest = store.path(f"{photo.digest}-1000.webp").read_bytes()
    assert hashlib.sha256(largest).hexdigest() == photo.digest
    assert photo not in db.session
    assert photo.id is None


def test_same_photo_twice_has_one_set_of_files(app: Flask, tmp_path: Path) -> None:
    store = Store(tmp_path / "media")
    assert photos.take(store, jpeg(60, 40), 60).digest == photos.take(store, jpeg(60, 40), 60).digest
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize(("stream", "megapixels"), [(io.BytesIO(b"words"), 60), (jpeg(1500, 1000), 1)])
def test_unreadable_or_too_large_photo_is_refused(
    app: Flask, tmp_path: Path, stream: io.BytesIO, megapixels: int
) -> None:
    with app.test_request_context(), pytest.raises(Refused) as refusal:
        photos.take(Store(tmp_path / "media"), stream, megapixels)
    assert refusal.value.status == 422
    assert not (tmp_path / "media").exists()
