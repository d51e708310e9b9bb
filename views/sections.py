"""A section's list, or a group's."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request

from domain import listings, reading, visitors
from lib import paging
from lib.addresses import with_query
from models import Section
from views import guards
from views.frame import frame

blueprint = Blueprint("sections", __name__, url_prefix="/sections")


@blueprint.get("/<slug>")
@guards.kept_for_guests(*paging.PLACES)
def show(slug: str) -> Any:
    found: Section = reading.section(slug) or abort(404)
    wanted = _wanted()
    listing: listings.Listing = listings.listing(found, wanted) or abort(404)
    return render_template(
        "sections/show.html",
        place=found,
        group=next((group for group in frame().groups if group.id == found.group_id), None),
        section=None if found.is_group else found,
        listing=listing,
        wanted=wanted,
        link=partial(with_query, f"/sections/{found.slug}"),
        views=visitors.views_of(post.id for post in [*listing.pinned, *listing.posts]),
        many_read=reading.MANY_READ,
    )


def _wanted() -> paging.Wanted:
    try:
        return paging.read(request.args)
    except ValueError:
        abort(404)
