"""Requests whose bodies never come leave room for the others."""

import io
import threading
from typing import Any

from lib.web.body_limit import CROWDED, BodyLimit


class Never:
    """A body that comes only when it is let go."""

    def __init__(self) -> None:
        self.asked, self.let_go = threading.Event(), threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.asked.set()
        self.let_go.wait(10)
        return b""


def reads_everything(environ: dict[str, Any], _start: Any) -> list[bytes]:
    return [b"crowded" if environ.get(CROWDED) else environ["wsgi.input"].read()]


def ask(app: BodyLimit, stream: Any = None, length: str = "3", **more: str) -> list[bytes]:
    return app({"CONTENT_LENGTH": length, "wsgi.input": stream or io.BytesIO(b"abc"), **more}, None)  # type: ignore[arg-type,return-value]


def test_a_waiting_body_takes_a_place_and_gives_it_back() -> None:
    app, slow = BodyLimit(reads_everything, 1), Never()
    waiting = threading.Thread(target=ask, args=(app, slow))
    waiting.start()
    slow.asked.wait(10)
    assert ask(app) == [b"crowded"]
    assert ask(app, length="0") == [b"abc"]  # nothing to wait for: nothing to refuse
    slow.let_go.set()
    waiting.join()
    assert ask(app) == [b"abc"]


def test_a_place_is_given_back_when_the_body_has_come_though_the_answer_takes_long() -> None:
    def asks_on(environ: dict[str, Any], _start: Any) -> list[bytes]:
        environ["wsgi.input"].read(3)
        return ask(app) if environ.get("first") else [b"second"]

    app = BodyLimit(asks_on, 1)
    assert ask(app, first="yes") == [b"second"]


def test_chunked_bodies_count_and_failures_give_the_place_back() -> None:
    def fails(_environ: dict[str, Any], _start: Any) -> list[bytes]:
        raise ValueError

    app = BodyLimit(fails, 1)
    for _ in range(3):
        try:
            ask(app, length="", HTTP_TRANSFER_ENCODING="chunked")
        except ValueError:
            continue
    app.wsgi = reads_everything
    assert ask(app, length="", HTTP_TRANSFER_ENCODING="chunked") == [b"abc"]


def test_what_is_too_large_is_heard_out_and_nothing_else() -> None:
    def refuses(environ: dict[str, Any], start: Any) -> list[bytes]:
        start(environ["status"], [])
        return [b"no"]

    def left_of(status: str, **more: str) -> bytes:
        stream = io.BytesIO(b"abc" * 100_000)
        environ = {"CONTENT_LENGTH": "300000", "wsgi.input": stream, "status": status, **more}
        assert BodyLimit(refuses, 1)(environ, lambda *_: None) == [b"no"]
        return stream.read()

    assert left_of("413 Content Too Large") == b""
    assert left_of("413 Content Too Large", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked") == b""
    assert len(left_of("403 Forbidden")) == 300_000
