"""A paper that waits for its first start: visitors see one calm page, until its editor has begun it."""

from threading import Event
from typing import Any

from flask import Flask, current_app, redirect, render_template, request

from database import end_transaction
from domain.paper import starting
from views.web.guards import SAFE_METHODS

ALWAYS_OPEN = ("/desk/start", "/healthz", "/robots.txt", "/favicon.ico")


def init_app(app: Flask) -> None:
    app.extensions["opened"] = Event()
    app.before_request(_lead_to_the_opening)


def is_waiting() -> bool:
    """Whether the paper waits for its editor. Once it does not it never will, and nothing is queried."""
    opened: Event = current_app.extensions["opened"]
    if not opened.is_set() and not starting.is_open():
        opened.set()
    return not opened.is_set()


def _lead_to_the_opening() -> Any:
    if current_app.extensions["opened"].is_set() or request.path in ALWAYS_OPEN:
        return None
    is_closed = is_waiting()
    end_transaction()
    if not is_closed:
        return None
    if request.path == "/":
        return render_template("start/soon.html")
    return redirect("/", 302 if request.method in SAFE_METHODS else 303)
