import io
from pathlib import Path

import pytest
from flask import Flask

from domain.desk import attachments
from lib.files.store import Store
from models import Refused


def test_file_is_stored_as_it_came(tmp_path: Path) -> None:
    store = Store(tmp_path)
    attachment = attachments.take(store, "C:\\문서\\../보도\0자료\u202e.PDF", io.BytesIO(b"content"), 100)
    assert (attachment.filename, attachment.size) == ("보도자료.PDF", 7)
    assert store.path(attachment.digest).read_bytes() == b"content"


def test_long_name_keeps_its_ending(tmp_path: Path) -> None:
    attachment = attachments.take(Store(tmp_path), "가" * 999 + ".hwp", io.BytesIO(b"x"), 100)
    assert attachment.filename.endswith("가.hwp")
    assert len(attachment.filename) <= 255


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.html", b"x"),
        ("x.svg", b"x"),
        ("x.exe", b"x"),
        ("pdf", b"x"),
        (".pdf", b"x"),
        ("", b"x"),
        ("x.pdf", b""),
        ("x.pdf", b"x" * 101),
    ],
)
def test_refused_files(app: Flask, tmp_path: Path, name: str, content: bytes) -> None:
    with app.test_request_context(), pytest.raises(Refused):
        attachments.take(Store(tmp_path / "store"), name, io.BytesIO(content), 100)
    assert not (tmp_path / "store").exists()
