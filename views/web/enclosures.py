"""Forms that anybody can send, with files: reading and checking them, and the file for the editor."""

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, current_app, send_file
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from domain.neighbours import enclosures
from domain.neighbours.enclosures import Enclosure
from forms import add_errors
from lib.files import filenames
from lib.files.store import Store
from models import Refused
from views.web import captcha

# Of a larger request, nothing typed can be kept.
LARGEST_REQUEST = 2 * enclosures.MOST_MEGABYTES * 1_000_000


def store() -> Store:
    """The folder of these files, which no address leads to."""
    return Store(current_app.config["SETTINGS"].claims)


def read(upload: FileStorage | None) -> tuple[Enclosure | None, Refused | None]:
    """The file of a form, or what is wrong with it."""
    if not upload:
        return None, None
    try:
        return enclosures.read(upload.filename or "", upload.stream), None
    except Refused as problem:
        return None, problem


def read_all(uploads: Sequence[Any] | None) -> tuple[list[Enclosure], Refused | None]:
    """The files of a form that takes several, or what is wrong with one of them."""
    files: list[Enclosure] = []
    chosen = [upload for upload in uploads or () if upload]
    if len(chosen) > enclosures.MOST_FILES:
        return [], Refused(_("At most %(n)s files, please.", n=enclosures.MOST_FILES))
    for upload in chosen:
        file, problem = read(upload)
        if problem:
            return [], problem
        files += [file] if file else []
    return files, None


def check_form(
    form: Any, problem: Refused | None, problems: dict[str, str] | None = None, field: str = "file"
) -> int:
    """0, or the status to show the form again with.

    :param problem: what is wrong with its file, the value of `field`
    :param problems: what is wrong with other fields: field -> sentence
    """
    problems = (problems or {}) | ({field: str(problem)} if problem else {})
    status = problem.status if problem else 422
    if "captcha" in form:
        found = captcha.check_form(form, problems) or captcha.check_captcha(form)
        return status if found == 422 else found
    valid = form.validate()
    add_errors(form, problems)
    return 0 if valid and not problems else status


def download(digest: str, filename: str, other_name: str) -> Response:
    """The file: always to download, of no type that a browser would show or run.

    :param other_name: for browsers that know no Korean names
    """
    path = store().path(digest)
    if not digest or not path.is_file():
        abort(404)
    response = send_file(path, "application/octet-stream", etag=digest, max_age=0)
    names = filenames.disposition(filename, other_name)
    response.headers.set("Content-Disposition", "attachment", **names)
    response.headers["Cache-Control"] = "private, no-store"
    return response
