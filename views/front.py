"""The front page."""

from flask import Blueprint, render_template

from domain.reading import front
from domain.reading.cards import MANY_READ
from views.web import page_cache
from views.web.page_context import page_context

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
@page_cache.cached_for_guests()
def index() -> str:
    context = page_context()
    page = context.fragment(
        "front page", render=lambda: front.compose(context.paper.lead_post_id, context.groups), counted=True
    )
    return render_template("front/index.html", page=page, views=page.views, many_read=MANY_READ)
