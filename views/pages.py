"""Company pages: about, terms, privacy and the like."""

from flask import Blueprint, abort, current_app, render_template

from domain.counter import visitors
from domain.paper import pages, placeholders
from models import Page
from views.web import page_cache
from views.web.page_context import PAGE_TITLES

blueprint = Blueprint("pages", __name__, url_prefix="/pages")


@blueprint.get("/how-we-count")
@page_cache.cached_for_guests()
def counting() -> str:
    """An explanation of the counter's numbers."""
    return render_template(
        "pages/counting.html", settings=current_app.config["SETTINGS"], imported=visitors.imported()
    )


@blueprint.get("/<slug>")
@page_cache.cached_for_guests()
def show(slug: str) -> str:
    if slug not in Page.SLUGS:
        abort(404)
    page = pages.current(slug)
    body = placeholders.fill(page, current_app.config["SETTINGS"]) if page else ""
    title = page.title if page else PAGE_TITLES[slug]
    return render_template("pages/show.html", slug=slug, page=page, body=body, title=title)
