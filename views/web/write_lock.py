"""When a request takes the write lock of the news.

A request that may change something takes it with its first statement (database.write_intent): it then never
finds at its end that somebody else has written meanwhile. A view with slow work of its own takes it later.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, request
from flask_babel import gettext as _

from database import end_transaction, write_intent
from lib.files import locks
from models import Refused
from views.web import page_context
from views.web.guards import SAFE_METHODS


def init_app(app: Flask) -> None:
    app.before_request(_refuse_during_update)
    app.before_request(_set_intent)
    app.teardown_request(_reset_intent)


def without_write_lock(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a POST view with slow work; it calls `take_write_lock` before it writes."""
    view.without_write_lock = True  # type: ignore[attr-defined]
    return view


def take_write_lock() -> None:
    """Begin to write: the next statement takes the lock, and what was read before is read again."""
    end_transaction()
    write_intent.set(True)


def drop_write_lock() -> None:
    """Give the lock up without writing: from here on a page is rendered, with cached fragments."""
    end_transaction()
    write_intent.set(False)
    page_context.begin_to_read()


def _refuse_during_update() -> None:
    """Accept nothing that would be lost if bin/update goes back to the version before."""
    if request.method in SAFE_METHODS or not locks.is_held(current_app.config["SETTINGS"].update_lock):
        return
    sentence = _(
        "The paper is being updated. What you wrote is kept below; please send it again in a minute."
    )
    raise Refused(sentence, 503, retry_after=60)


def _set_intent() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    writes = request.method not in SAFE_METHODS and not getattr(view, "without_write_lock", False)
    g.write_intent = write_intent.set(writes)


def _reset_intent(_error: BaseException | None) -> None:
    if token := g.pop("write_intent", None):
        write_intent.reset(token)
