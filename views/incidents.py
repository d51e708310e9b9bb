"""The notice of a leak of personal data, shown to everybody for 30 days where no contact is known."""

from flask import Blueprint, abort, render_template

from domain.keeping import incidents
from views.web import page_cache

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")


@blueprint.get("/<int:id>")
@page_cache.cached_for_guests()
def show(id: int) -> str:
    return render_template("incidents/show.html", incident=incidents.published(id) or abort(404))
