"""Forms that hash passwords are handled a few at a time.

A burst of them would otherwise take the interpreter and the database connections from readers. A few more
wait; the rest is answered with a small page that needs neither.
"""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, request

from domain.neighbours import membership
from lib.web.passwords import MOST_WAITING
from views.web import errors
from views.web.guards import SAFE_METHODS

AT_ONCE = MOST_WAITING + 4  # more than wait for the hash: the others are told so on their own page
MOST_QUEUED = 64  # threads, those AT_ONCE included


def init_app(app: Flask) -> None:
    """Register the queue. It comes before everything that queries the database."""
    app.before_request(_wait)
    app.teardown_request(_leave)


def queued(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a POST view that hashes passwords."""
    view.queued = True  # type: ignore[attr-defined]
    return view


_places = threading.BoundedSemaphore(MOST_QUEUED)
_turns = threading.BoundedSemaphore(AT_ONCE)


def _wait() -> Any:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in SAFE_METHODS or not getattr(view, "queued", False):
        return None
    request.form  # noqa: B018 - read first: a body may arrive slowly
    if not _places.acquire(blocking=False):
        busy = membership.too_busy()
        return errors.bare_page(busy.status, str(busy), busy.headers)
    _turns.acquire()
    g.has_turn = True
    return None


def _leave(_error: BaseException | None) -> None:
    if g.pop("has_turn", False):
        _turns.release()
        _places.release()
