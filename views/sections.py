"""The list of a section or a group."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request

from domain.reading import listings, masthead
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
    find = partial(listings.of_section, section, page_request)
    found = context.fragment("list", slug, render=find) if page_request.is_first else find()
    listing: listings.Listing = found or abort(404)
    return render_template(
        "sections/show.html",
        group=context.group(section.group_id),
        section=section,
        listing=listing,
        page_request=page_request,
        link=partial(with_query, f"/sections/{section.slug}"),
    )
