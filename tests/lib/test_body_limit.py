"""Requests whose bodies never arrive leave threads for the others."""

import io
import threading
from typing import Any

import pytest

from lib.web.body_limit import CROWDED, BodyLimit


class StalledStream:
    """A body that does not arrive until `finish` is set."""

    def __init__(self) -> None:
        self.reading, self.finish = threading.Event(), threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.reading.set()
        self.finish.wait(10)
        return b""


def read_all(environ: dict[str, Any], _start: Any) -> list[bytes]:
    return [b"crowded" if environ.get(CROWDED) else environ["wsgi.input"].read()]


def send(app: BodyLimit, stream: Any = None, length: str = "3", **more: str) -> list[bytes]:
    environ = {"CONTENT_LENGTH": length, "wsgi.input": stream or io.BytesIO(b"abc"), **more}
    return app(environ, None)  # type: ignore[arg-type,return-value]


def test_stalled_body_uses_a_slot_until_it_ends() -> None:
    app, stalled = BodyLimit(read_all, 1), StalledStream()
    sender = threading.Thread(target=send, args=(app, stalled))
    sender.start()
    stalled.reading.wait(10)
    assert send(app) == [b"crowded"]
    assert send(app, length="0") == [b"abc"]  # a request without a body is never refused
    stalled.finish.set()
    sender.join()
    assert send(app) == [b"abc"]


def test_slot_is_free_as_soon_as_the_body_is_read() -> None:
    def send_another(environ: dict[str, Any], _start: Any) -> list[bytes]:
        environ["wsgi.input"].read(3)
        return send(app) if environ.get("first") else [b"second"]

    app = BodyLimit(send_another, 1)
    assert send(app, first="yes") == [b"second"]


def test_slot_is_free_after_an_exception_and_chunked_bodies_count() -> None:
    def fail(_environ: dict[str, Any], _start: Any) -> list[bytes]:
        raise ConnectionResetError

    app = BodyLimit(fail, 1)
    for _ in range(3):
        with pytest.raises(ConnectionResetError):
            send(app, length="", HTTP_TRANSFER_ENCODING="chunked")
    app.wsgi = read_all
    assert send(app, length="", HTTP_TRANSFER_ENCODING="chunked") == [b"abc"]


def test_only_a_body_that_is_too_large_is_drained() -> None:
    def refuse(environ: dict[str, Any], start: Any) -> list[bytes]:
        start(environ["status"], [])
        return [b"no"]

    def left_after(status: str, **more: str) -> bytes:
        stream = io.BytesIO(b"abc" * 100_000)
        environ = {"CONTENT_LENGTH": "300000", "wsgi.input": stream, "status": status, **more}
        assert BodyLimit(refuse, 1)(environ, lambda *_: None) == [b"no"]
        return stream.read()

    assert left_after("413 Content Too Large") == b""
    assert left_after("413 Content Too Large", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked") == b""
    assert len(left_after("403 Forbidden")) == 300_000
