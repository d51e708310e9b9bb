"""Requests refused before a view is called: overload, large forms, JSON where a form is expected."""

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, current_app, request

from lib.web.body_limit import CROWDED
from views.web.guards import SAFE_METHODS

MAX_FORM_BYTES = 300_000  # of a reader's form: the longest letter takes 240,000 if it is all emoji

MAX_DESK_PARTS = 2000  # a hundred photos have eight fields each


def init_app(app: Flask) -> None:
    app.before_request(_refuse_overload)
    app.before_request(_limit_form)
    app.before_request(_refuse_json)


def with_files(largest: int) -> Callable[..., Any]:
    """Decorate the view of a reader's form that has files: at most so many bytes with all of them."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        view.largest_request = largest  # type: ignore[attr-defined]
        return view

    return decorate


def _refuse_overload() -> None:
    if request.environ.get(CROWDED):
        abort(503)


def _limit_form() -> None:
    """Limit the size of forms: parsing one takes seconds for each few megabytes.

    Files are sent to the desk, and with the forms of `with_files`.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    largest = getattr(view, "largest_request", None)
    if largest and request.mimetype == "multipart/form-data":
        request.max_content_length = largest
        request.max_form_memory_size = MAX_FORM_BYTES
    elif not (request.endpoint or "").startswith("desk"):
        request.max_content_length = MAX_FORM_BYTES
    elif request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    else:
        request.max_form_parts = MAX_DESK_PARTS


def _refuse_json() -> None:
    """Refuse JSON: WTForms would fill forms from it, with values that need not be text. Beats may be JSON."""
    if (
        request.is_json
        and request.method not in SAFE_METHODS
        and request.endpoint not in (None, "visitors.beat")
    ):
        abort(415)
