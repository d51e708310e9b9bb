"""A queue of requests that hash passwords: a few are handled at a time.

A burst of them would otherwise take the interpreter and the database connections from readers. More requests
wait in the queue; beyond MOST_QUEUED they are refused with a small page that needs no query.
"""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, request

from domain.neighbours import membership
from lib.web.passwords import MOST_WAITING
from views.web import errors
from views.web.guards import SAFE_METHODS

AT_ONCE = MOST_WAITING + 4  # more than may wait for a hash: those beyond get the form's own page back
MOST_QUEUED = 64  # requests, those handled at the moment included


def init_app(app: Flask) -> None:
    """Register the queue. It comes before everything that queries the database."""
    app.before_request(_wait)
    app.teardown_request(_leave)


def queued(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a POST view that hashes passwords."""
    view.queued = True  # type: ignore[attr-defined]
    return view


_in_queue = threading.BoundedSemaphore(MOST_QUEUED)
_at_once = threading.BoundedSemaphore(AT_ONCE)


def _wait() -> Any:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in SAFE_METHODS or not getattr(view, "queued", False):
        return None
    request.form  # noqa: B018 - read first: a body may arrive slowly
    if not _in_queue.acquire(blocking=False):
        busy = membership.too_busy()
        return errors.bare_page(busy.status, str(busy), busy.headers)
    _at_once.acquire()
    g.is_handled = True
    return None


def _leave(_error: BaseException | None) -> None:
    if g.pop("is_handled", False):
        _at_once.release()
        _in_queue.release()
