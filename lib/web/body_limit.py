"""Slow senders: a request whose body never comes holds a thread, so only so many may be waited for at once."""

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any

POURED_OUT = 100_000_000  # bytes at most of what is too large
CROWDED = "maeul.crowded"  # set in the environ of a request whose body nobody has time to wait for


class Body:
    """The input of one request. Gives its place back as soon as everything has come."""

    def __init__(self, stream: Any, length: int | None, leave: Callable[[], None]):
        self.stream, self.missing, self.leave = stream, length, leave

    def read(self, size: int = -1) -> bytes:
        return self._came(self.stream.read(size), asked=size)

    def readline(self, size: int = -1) -> bytes:
        return self._came(self.stream.readline(size), asked=size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        lines = self.stream.readlines(hint)
        self.leave()
        return lines

    def __iter__(self) -> Any:
        return iter(self.readline, b"")

    def pour_out(self) -> None:
        """Read what nobody wants: most clients look for an answer only after they have sent everything."""
        left = POURED_OUT if self.missing is None else min(self.missing, POURED_OUT)
        while left > 0 and (content := self.read(min(left, 1 << 16))):
            left -= len(content)

    def _came(self, content: bytes, asked: int) -> bytes:
        if self.missing is not None:
            self.missing -= len(content)
        if asked < 0 or (not content and asked) or (self.missing is not None and self.missing <= 0):
            self.leave()
        return content


class BodyLimit:
    """WSGI middleware: at most `most` requests wait for their bodies; the others go on at once, without one, marked CROWDED.

    :param most: fewer than the server has threads, so that readers always find one
    """

    def __init__(self, wsgi: Any, most: int):
        self.wsgi = wsgi
        self.places = threading.BoundedSemaphore(most)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ("" if "HTTP_TRANSFER_ENCODING" in environ else "0")
        if length == "0":
            return self.wsgi(environ, start_response)
        if not self.places.acquire(blocking=False):
            environ |= {"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0", CROWDED: True}
            return self.wsgi(environ, start_response)
        leave = _once(self.places.release)
        body = environ["wsgi.input"] = Body(
            environ["wsgi.input"], int(length) if length.isdecimal() else None, leave
        )
        statuses: list[str] = []

        def start(status: str, *rest: Any) -> Any:
            statuses.append(status)
            return start_response(status, *rest)

        try:
            answer = self.wsgi(environ, start)
            if statuses and statuses[-1].startswith("413"):
                body.pour_out()
            return answer
        finally:
            leave()


def _once(act: Callable[[], None]) -> Callable[[], None]:
    done = threading.Lock()

    def first_time_only() -> None:
        if done.acquire(blocking=False):
            act()

    return first_time_only
