"""Error pages: the right status, a sentence that helps, and what the person had typed."""

from itertools import islice
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from models import Refused
from views.web import logs
from views.web.guards import SAFE_METHODS
from views.web.write_lock import drop_write_lock

RETRY_AFTER = "900"  # seconds after wrong passwords or digits, where no other time is known
PASSED_ON = ("Allow", "Retry-After", "Content-Range")  # headers of an error that its page has too
NEVER_SHOWN = ("password", "captcha", "token", "code")  # in no field whose name holds one of these
OVERLOAD = (429, 503)  # many at once may be answered so
MAX_FIELDS_SHOWN = 500  # more than any form of ours has


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(TimeoutError, busy)
    app.register_error_handler(Exception, failed)
    app.after_request(_add_retry_after)


def http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    headers = {name: value for name, value in error.get_headers() if name in PASSED_ON}
    answer = bare_page if error.code in OVERLOAD else page
    return answer(error.code, _sentence(error.code), headers)


def expired(error: CSRFError) -> Any:
    sentence = _("This page was open for too long, so we could not be sure the message came from you. "
                 "Please send it again.")  # fmt: skip
    return page(400, sentence)


def refused(error: Refused) -> Any:
    return page(error.status, str(error), error.headers)


def busy(error: Exception) -> Any:
    current_app.logger.warning("database busy: %s", getattr(error, "orig", error))
    return page(503, _sentence(503), {"Retry-After": "5"})


def failed(error: Exception) -> Any:
    current_app.logger.exception("unexpected error in %s", request.endpoint)
    return page(500, _sentence(500))


def page(status: int, sentence: str, headers: dict[str, str] | None = None) -> Any:
    """Return the error page; if that fails too, as without a database, a bare one that needs no query."""
    drop_write_lock()
    try:
        return _rendered("errors/show.html", status, sentence, headers)
    except Exception:
        current_app.logger.exception("the error page failed too")
        return bare_page(status, sentence, headers)


def bare_page(status: int, sentence: str, headers: dict[str, str] | None = None) -> Any:
    """Return an error page that needs no query."""
    return _rendered("errors/bare.html", status, sentence, headers)


def _rendered(template: str, status: int, sentence: str, headers: dict[str, str] | None) -> Any:
    if request.accept_mimetypes.best == "application/json":
        return {"error": sentence}, status, headers or {}
    body = render_template(
        template, status=status, sentence=sentence, typed=_typed(), request_id=logs.request_id()
    )
    return body, status, headers or {}


def _add_retry_after(response: Response) -> Response:
    """Give every 429 a Retry-After."""
    if response.status_code == 429:
        response.headers.setdefault("Retry-After", RETRY_AFTER)
    return response


def _typed() -> list[tuple[str, str]]:
    """Return the fields the person sent, to be sent again; never a password or a token."""
    if request.method in SAFE_METHODS:
        return []
    try:
        fields = request.form.items(multi=True)
    except HTTPException:  # the body itself was refused
        return []
    shown = (field for field in fields if not any(word in field[0] for word in NEVER_SHOWN))
    return list(islice(shown, MAX_FIELDS_SHOWN))


def _sentence(status: int) -> str:
    sentences = {
        400: _("The address or the form was not quite right. Please check it and try again."),
        401: _("Please log in first. What you wrote is kept here."),
        403: _("This page is not open to you."),
        404: _("There is nothing at this address. The link may be old or mistyped."),
        405: _("This address cannot be used in that way."),
        410: _("This article was taken down."),
        413: _("That is too large to send. Please choose smaller files or write less."),
        415: _("We cannot read this kind of file."),
        416: _("We cannot send this part of the file."),
        422: _("Something in the form was not right. Please check it and try again."),
        429: _("That was too often in a short time. Please wait a moment and try again."),
        503: _("The server is busy right now. Please try again in a few seconds."),
    }
    unknown = _("Something went wrong on our side. We have noted it; please try again later.")
    return sentences.get(status) or (sentences[400] if status < 500 else unknown)
