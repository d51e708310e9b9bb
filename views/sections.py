"""A section's list, or a group's."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request

from domain.counter import visitors
from domain.reading import cards, listings, masthead
from domain.reading.masthead import SectionCard
from lib.web import paging
from lib.web.addresses import with_query
from views.web import page_cache
from views.web.page_context import page_context

blueprint = Blueprint("sections", __name__, url_prefix="/sections")


@blueprint.get("/<slug>")
@page_cache.cached_for_guests(*paging.PLACES)
def show(slug: str) -> Any:
    found: SectionCard = masthead.section(slug) or abort(404)
    wanted = _wanted()
    listing: listings.Listing = listings.listing(found, wanted) or abort(404)
    return render_template(
        "sections/show.html",
        place=found,
        group=next((group for group in page_context().groups if group.id == found.group_id), None),
        section=None if found.is_group else found,
        listing=listing,
        wanted=wanted,
        link=partial(with_query, f"/sections/{found.slug}"),
        views=visitors.views_of(post.id for post in [*listing.pinned, *listing.posts]),
        many_read=cards.MANY_READ,
    )


def _wanted() -> paging.PageRequest:
    try:
        return paging.read(request.args)
    except ValueError:
        abort(404)
