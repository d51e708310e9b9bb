"""One line of the log for each request, and a number by which it is found again.

Neither the query (words that somebody searched for) nor a secret of the path is written.
"""

import logging
import re
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any
from urllib.parse import quote

ID = "maeul.request_id"  # in the environ
HEADER = "X-Request-Id"
SLOW = 1.0  # seconds; such a request is marked
LONGEST_PATH = 200  # characters that are written
MOST_WAITING = 50_000  # requests whose lines are not written yet; beyond that the oldest are dropped
logger = logging.getLogger("maeul.requests")
# What every open page sends every minute: not worth a line unless it fails or is slow.
_BEATS = ("/visitors/beat", "/visitors/pixel.gif")
# A token in a path, as secrets.token_urlsafe and itsdangerous make them. Slugs are in small letters, and
# names of files in hexadecimal digits. And the number of a claim, which is all that opens its receipt.
_SECRET = re.compile(r"(?=[\w.-]*[A-Z])[\w.-]{20,}|\d{8}-[2-9A-Z]{8}\b", re.ASCII)


class RequestLog:
    """WSGI middleware: numbers each request and, if it is to, notes it when its response begins.

    `flush` writes the lines: `2026-11-30 21:07:33 GET /posts/5 200 12 ms 3f9a01c7`, for those that took long
    with ` slow` behind it. A thread calls it, because whoever writes to a file lets other threads go first.

    :param is_on: whether lines are written; requests are numbered in any case
    :param with_addresses: whether the line ends with the address of the client
    """

    def __init__(self, wsgi: Any, *, is_on: bool = True, with_addresses: bool = False):
        self.wsgi, self.is_on, self.with_addresses = wsgi, is_on, with_addresses
        self.prefix, self.numbers = secrets.token_hex(2), count()
        self.waiting: deque[tuple[float, str, str, str, float, str, str]] = deque(maxlen=MOST_WAITING)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        number = environ[ID] = f"{self.prefix}{next(self.numbers):04x}"
        begun, statuses = time.monotonic(), ["500"]

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            statuses[0] = status
            return start_response(status, [*headers, (HEADER, number)], *([exc_info] if exc_info else []))

        path = environ["PATH_INFO"]  # the application may change it
        try:
            return self.wsgi(environ, start)
        finally:
            seconds = time.monotonic() - begun
            if self.is_on and _is_told(path, statuses[0], seconds):
                address = environ.get("REMOTE_ADDR", "-") if self.with_addresses else ""
                method, status = environ["REQUEST_METHOD"][:10], statuses[0][:3]
                self.waiting.append((time.time(), method, path, status, seconds, number, address))

    def flush(self) -> None:
        """Write the lines that wait."""
        while self.waiting:
            when, method, path, status, seconds, number, address = self.waiting.popleft()
            moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(when))
            words = [moment, method, written(path), status, f"{seconds * 1000:.0f} ms", number, address]
            logger.info(" ".join(filter(None, [*words, "slow" if seconds >= SLOW else ""])))


def _bytes(path: str) -> bytes:
    """A path as it was sent: of the environ, or as Flask shows it."""
    try:
        return path.encode("latin-1")
    except UnicodeEncodeError:
        return path.encode("utf-8", "replace")


def _is_told(path: str, status: str, seconds: float) -> bool:
    return path not in _BEATS or status >= "400" or seconds >= SLOW


def written(path: str) -> str:
    """A path as it stands in the log: one word of ASCII, with `...` in place of each secret."""
    shown = path[:LONGEST_PATH]
    if not shown.isascii() or not shown.isprintable() or " " in shown:
        shown = quote(_bytes(shown), safe="/:@!$&'()*+,;=~")
    return _SECRET.sub("...", shown)
