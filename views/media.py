"""Photos by content hash and width. A name always means the same file, so browsers may cache it for ever."""

import re

from flask import Blueprint, Response, abort, current_app, send_file

from lib.files.store import Store

blueprint = Blueprint("media", __name__, url_prefix="/media")
NAME = re.compile(r"[0-9a-f]{64}-(?:[1-9][0-9]{0,4}\.webp|share\.jpg)")


@blueprint.get("/<name>")
def show(name: str) -> Response:
    path = Store(current_app.config["SETTINGS"].media).path(name)
    if not NAME.fullmatch(name) or not path.is_file():
        abort(404)
    mimetype = "image/jpeg" if name.endswith(".jpg") else "image/webp"
    response = send_file(path, mimetype=mimetype, etag=name, max_age=31536000)
    response.cache_control.immutable = True
    response.cache_control.public = True
    response.cache_control.no_cache = None
    return response
