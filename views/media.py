"""Photos by content hash and width. A name always means the same file, so browsers may cache it for ever."""

import re

from flask import Blueprint, Response, abort

from domain.reading import pictures
from models import now
from views.web import guards, page_cache, stored_files

blueprint = Blueprint("media", __name__, url_prefix="/media")
NAME = re.compile(r"[0-9a-f]{64}-(?:[1-9][0-9]{0,4}\.webp|share\.jpg)")


@blueprint.get("/<name>")
def show(name: str) -> Response:
    """A photo of an article that readers may not see is refused to all but the editor."""
    if not NAME.fullmatch(name):
        abort(404)
    is_public = pictures.is_public(name[:64], now())
    if not is_public and not ((reader := guards.reader()) and reader.is_editor):
        abort(404)
    mimetype = "image/jpeg" if name.endswith(".jpg") else "image/webp"
    if not is_public:
        return page_cache.private(stored_files.send(name, mimetype, max_age=None))
    response = stored_files.send(name, mimetype, max_age=31536000)
    response.cache_control.immutable = True
    response.cache_control.public = True
    response.cache_control.no_cache = None
    return response
