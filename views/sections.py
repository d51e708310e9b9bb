"""The list of a section or a group."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request

from domain.reading import listings
from lib.web import paging
from lib.web.addresses import with_query
from lib.web.paging import PageRequest
from views.web import page_cache, section_address
from views.web.page_context import page_context

blueprint = Blueprint("sections", __name__, url_prefix="/sections")


@blueprint.get("/<slug>")
@page_cache.cached_for_guests(*paging.PAGE_KEYS)
def show(slug: str) -> Any:
    section = section_address.section_or_redirect(slug)
    page_request: PageRequest = paging.read(request.args) or abort(404)
    context = page_context()
    group = context.group(section.group_id)
    find = partial(listings.of_section, section, page_request)
    found = context.fragment("list", slug, render=find) if page_request.is_first else find()
    listing: listings.Listing = found or abort(404)
    return render_template(
        "sections/show.html",
        group=group,
        section=section,
        is_hidden=section.is_hidden or bool(group and group.is_hidden),
        listing=listing,
        page_request=page_request,
        link=partial(with_query, f"/sections/{section.slug}"),
    )
