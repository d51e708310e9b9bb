"""The articles that carry a tag, whatever their section."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from domain.counter import visitors
from domain.desk import tagging
from domain.reading import cards, listings
from lib.text import names, plain
from lib.web import paging
from lib.web.addresses import with_query
from models import Refused, Tag
from views.web import page_cache

blueprint = Blueprint("tags", __name__, url_prefix="/tags")


@blueprint.get("/<path:name>")
@page_cache.cached_for_guests(*paging.PLACES)
def show(name: str) -> Any:
    """At one address only: every other way of writing the tag leads there."""
    tag = tagging.find(name) or _unknown(name)
    if name != tag.name:
        return _moved(tag)
    wanted = _wanted()
    listing: listings.Listing = listings.listing(tag, wanted) or abort(404)
    return render_template(
        "tags/show.html",
        tag=tag,
        listing=listing,
        wanted=wanted,
        link=partial(with_query, url_for("tags.show", name=tag.name)),
        views=visitors.views_of(post.id for post in listing.posts),
        many_read=cards.MANY_READ,
    )


def _moved(tag: Tag) -> Any:
    """No browser keeps it: should the editor write the tag another way, it would lead back and forth."""
    place = {key: request.args[key] for key in paging.PLACES if key in request.args}
    answer = redirect(url_for("tags.show", name=tag.name, **place), 301)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _unknown(name: str) -> Tag:
    said = plain.shorten(names.tag(name), 40)
    raise Refused(
        _(
            "No article has the tag “%(name)s”. The search at the top of the page may find what you mean.",
            name=said,
        ),
        404,
    )


def _wanted() -> paging.PageRequest:
    try:
        return paging.read(request.args)
    except ValueError:
        abort(404)
