"""Pages are made one after another: Python makes one after another anyway, and changing between many costs more than it brings.

Threads that each make a page of their own let go of Python's lock at every step of SQLite, and wake one another to fight for it. One
that makes them all finds its memory as it left it.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

PATIENCE = 0.05  # seconds a page keeps others waiting, then another is made beside it
MOST_AT_ONCE = 32  # pages that take longer than that


class Place:
    """Of the page that is being made."""

    def __init__(self) -> None:
        self.began = monotonic()


class Asked:
    """A request that waits for its answer. No Future: its TimeoutError could as well be one of the application's."""

    def __init__(self, environ: dict[str, Any]):
        self.environ = environ
        self.said: tuple[Any, ...] = ()
        self.body: Iterable[bytes] = ()
        self.error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def answer(self, wsgi: Any) -> None:
        try:
            self.body = wsgi(self.environ, self._start)
        except BaseException as error:  # it is raised where the answer is waited for
            self.error = error
        self.done.release()

    def _start(self, *said: Any) -> None:
        self.said = said


class Turns:
    """WSGI middleware: of the GETs (and HEADs) one is in the application at a time, in the order they came.

    Whoever finds nobody there goes in by itself. For all who come meanwhile a thread of ours goes in. A page that takes longer than
    `PATIENCE` loses its place: a long question to the database keeps nobody else waiting.

    The application has called start_response when it returns, as Flask has. What answers bit by bit holds its place until it begins to.
    """

    def __init__(self, wsgi: Any):
        self.wsgi = wsgi
        self.lock = threading.Lock()
        self.place: Place | None = None
        self.waiting: deque[Asked] = deque()
        self.makers = ThreadPoolExecutor(MOST_AT_ONCE, "pages")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.wsgi(environ, start_response)
        asked = Asked(environ)
        place = self._enter(asked)
        if place is None:
            return self._wait(asked, start_response)
        try:
            return self.wsgi(environ, start_response)
        finally:
            self._hand_over(place)

    def _enter(self, asked: Asked) -> Place | None:
        """The place where it is free; else the request is among those that wait."""
        with self.lock:
            if self.place:
                self.waiting.append(asked)
                return None
            self.place = Place()
            return self.place

    def _wait(self, asked: Asked, start_response: Callable[..., Any]) -> Iterable[bytes]:
        while not asked.done.acquire(timeout=PATIENCE):
            self._take_place_of_one_too_slow()
        if asked.error:
            raise asked.error
        start_response(*asked.said)
        return asked.body

    def _take_place_of_one_too_slow(self) -> None:
        with self.lock:
            if not self.place or monotonic() - self.place.began < PATIENCE:
                return
            place = self.place = Place()
        self._hand_over(place)

    def _hand_over(self, place: Place) -> None:
        """Those that wait go to a thread of ours."""
        if asked := self._next(place):
            self.makers.submit(self._make, place, asked)

    def _make(self, place: Place, asked: Asked | None) -> None:
        """This one and all that wait, until there are none or another has taken the place."""
        while asked:
            asked.answer(self.wsgi)
            asked = self._next(place)

    def _next(self, place: Place) -> Asked | None:
        """Whoever has waited longest. Where nobody waits, the place is free."""
        with self.lock:
            if self.place is not place:
                return None
            if not self.waiting:
                self.place = None
                return None
            place.began = monotonic()
            return self.waiting.popleft()
