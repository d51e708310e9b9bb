"""Limit for slow uploads: each request whose body is still arriving blocks a thread."""

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any

MOST_DRAINED = 100_000_000  # bytes read and dropped from a body that nothing reads
DRAINED = ("413", "429")  # statuses of responses that are sent before the body was read
CROWDED = "maeul.crowded"  # environ key of a request whose body was not read because too many were arriving


class Body:
    """The input stream of one request. Calls `release` as soon as the whole body has been read.

    :param length: bytes to come, None if the body is chunked
    """

    def __init__(self, stream: Any, length: int | None, release: Callable[[], None]):
        self.stream, self.missing, self.release = stream, length, release

    def read(self, size: int = -1) -> bytes:
        return self._received(self.stream.read(size), size)

    def readline(self, size: int = -1) -> bytes:
        return self._received(self.stream.readline(size), size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        lines = self.stream.readlines(hint)
        self.release()
        return lines

    def __iter__(self) -> Any:
        return iter(self.readline, b"")

    def drain(self) -> None:
        """Read and drop the rest: most clients look for a response only after they have sent everything."""
        left = MOST_DRAINED if self.missing is None else min(self.missing, MOST_DRAINED)
        while left > 0 and (content := self.read(min(left, 1 << 16))):
            left -= len(content)

    def _received(self, content: bytes, size: int) -> bytes:
        if self.missing is not None:
            self.missing -= len(content)
        if size < 0 or (not content and size) or (self.missing is not None and self.missing <= 0):
            self.release()
        return content


class BodyLimit:
    """WSGI middleware: at most `most` requests read their bodies at once.

    Further requests are passed on at once, with an empty body and marked CROWDED.

    :param most: fewer than the server has threads, so that some are always free for readers
    """

    def __init__(self, wsgi: Any, most: int):
        self.wsgi = wsgi
        self.slots = threading.BoundedSemaphore(most)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ("" if "HTTP_TRANSFER_ENCODING" in environ else "0")
        if length == "0":
            return self.wsgi(environ, start_response)
        if not self.slots.acquire(blocking=False):
            environ |= {"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0", CROWDED: True}
            return self.wsgi(environ, start_response)
        release = _only_first_call(self.slots.release)
        body = Body(environ["wsgi.input"], int(length) if length.isdecimal() else None, release)
        environ["wsgi.input"] = body
        statuses: list[str] = []

        def start(status: str, *rest: Any) -> Any:
            statuses.append(status)
            return start_response(status, *rest)

        try:
            response = self.wsgi(environ, start)
            if statuses and statuses[-1].startswith(DRAINED):
                body.drain()
            return response
        finally:
            release()


def _only_first_call(action: Callable[[], None]) -> Callable[[], None]:
    called = threading.Lock()

    def first_call_only() -> None:
        if called.acquire(blocking=False):
            action()

    return first_call_only
