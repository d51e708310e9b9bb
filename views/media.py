"""Photos, by content hash and width: a name never means another picture, so browsers may keep it for ever."""

import re
from typing import Any

from flask import Blueprint, abort, current_app, send_file

from lib.files.store import Store

blueprint = Blueprint("media", __name__, url_prefix="/media")
NAME = re.compile(r"[0-9a-f]{64}-(?:[1-9][0-9]{0,4}\.webp|share\.jpg)")


@blueprint.get("/<name>")
def show(name: str) -> Any:
    path = Store(current_app.config["SETTINGS"].media).path(name)
    if not NAME.fullmatch(name) or not path.is_file():
        abort(404)
    answer = send_file(
        path, mimetype="image/jpeg" if name.endswith(".jpg") else "image/webp", etag=name, max_age=31536000
    )
    answer.cache_control.immutable = True
    answer.cache_control.public = True
    answer.cache_control.no_cache = None
    return answer
