"""The list of a section or a group."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request

from domain.counter import visitors
from domain.reading import cards, listings, masthead
from domain.reading.masthead import SectionCard
from lib.web import paging
from lib.web.addresses import with_query
from lib.web.paging import PageRequest
from views.web import page_cache
from views.web.page_context import page_context

blueprint = Blueprint("sections", __name__, url_prefix="/sections")


@blueprint.get("/<slug>")
@page_cache.cached_for_guests(*paging.PAGE_KEYS)
def show(slug: str) -> Any:
    section: SectionCard = masthead.section(slug) or abort(404)
    page_request: PageRequest = paging.read(request.args) or abort(404)
    context = page_context()
    if page_request.is_first:  # the page that most readers open
        found = context.fragment("list", slug, render=lambda: _list(section, page_request), counted=True)
    else:
        found = _list(section, page_request)
    listing, views = found or abort(404)
    return render_template(
        "sections/show.html",
        group=context.group(section.group_id),
        section=section,
        listing=listing,
        page_request=page_request,
        link=partial(with_query, f"/sections/{section.slug}"),
        views=views,
        many_read=cards.MANY_READ,
    )


def _list(section: SectionCard, page_request: PageRequest) -> tuple[listings.Listing, dict[int, int]] | None:
    """A page of the section's list with the views of its articles; None if there is no such page."""
    listing = listings.of_section(section, page_request)
    return listing and (listing, visitors.views_of(post.id for post in [*listing.pinned, *listing.posts]))
