"""Company pages."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__, url_prefix="/pages")


@blueprint.get("/<slug>")
def show(slug: str):
    raise NotImplementedError
