"""The stylesheet of the paper's own accent colour. Its address names the colour: cached for ever."""

from flask import Blueprint, Response, abort

from domain.paper import theme
from views.web.page_context import page_context

blueprint = Blueprint("theme", __name__)


@blueprint.get("/theme/<colour>.css")
def show(colour: str) -> Response:
    accent = page_context().look.accent
    if not accent or accent != f"#{colour}":
        abort(404)
    response = Response(theme.stylesheet(accent), mimetype="text/css")
    response.cache_control.public = response.cache_control.immutable = True
    response.cache_control.max_age = 31536000
    return response
