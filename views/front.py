"""The front page."""

from functools import partial

from flask import Blueprint, current_app, render_template

from domain.reading import front
from views.web import page_cache
from views.web.page_context import page_context

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
@page_cache.cached_for_guests()
def index() -> str:
    context = page_context()
    hours = current_app.config["SETTINGS"].correction_front_hours
    page = context.fragment("front page", render=partial(front.compose, context.groups, hours), counted=True)
    return render_template("front/index.html", page=page)
