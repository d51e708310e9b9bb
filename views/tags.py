"""The list of a tag: articles of every section."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from domain.reading import listings, tags
from lib.text import names, plain
from lib.web import paging
from lib.web.addresses import with_query
from lib.web.paging import PageRequest
from models import Refused, Tag
from views.web import page_cache

blueprint = Blueprint("tags", __name__, url_prefix="/tags")


@blueprint.get("/<path:name>")
@page_cache.cached_for_guests(*paging.PAGE_KEYS)
def show(name: str) -> Any:
    """Show a tag's list. Other spellings redirect to its one address."""
    tag = tags.find(name) or _unknown(name)
    if name != tag.name:
        return _moved(tag)
    page_request: PageRequest = paging.read(request.args) or abort(404)
    listing: listings.Listing = listings.of_tag(tag, page_request) or abort(404)
    return render_template(
        "tags/show.html",
        tag=tag,
        listing=listing,
        page_request=page_request,
        link=partial(with_query, url_for("tags.show", name=tag.name)),
    )


def _moved(tag: Tag) -> Any:
    """Redirect, not cached by browsers: a loop would follow when the editor changes the spelling."""
    page = {key: request.args[key] for key in paging.PAGE_KEYS if key in request.args}
    response = redirect(url_for("tags.show", name=tag.name, **page), 301)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _unknown(name: str) -> Tag:
    raise Refused(
        _(
            "No article has the tag “%(name)s”. The search at the top of the page may find what you mean.",
            name=plain.shorten(names.tag(name), 40),
        ),
        404,
    )
