"""Pages are made a few at a time: Python makes one after another anyway, and changing between many costs more than it brings."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

LONGEST_WAIT = 1.0  # seconds; then a request goes on whatever the others do


class Turns:
    """WSGI middleware: of the GETs (and HEADs) only so many are in the application at once; the others wait in the order they came.

    What answers bit by bit holds its place only until it begins to.

    :param most: how many; one more than Python needs, so that a long question to the database keeps nobody else waiting
    """

    def __init__(self, wsgi: Any, most: int):
        self.wsgi = wsgi
        self.places = threading.Semaphore(most)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.wsgi(environ, start_response)
        has_place = self.places.acquire(timeout=LONGEST_WAIT)
        try:
            return self.wsgi(environ, start_response)
        finally:
            if has_place:
                self.places.release()
