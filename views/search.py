"""Searching the paper, or a part of it."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request

from domain.search import searching
from domain.search.searching import SearchQuery
from lib.text import plain
from lib.web.addresses import with_query
from lib.web.paging import PageRequest
from views.web import page_cache, section_address
from views.web.page_context import page_context

blueprint = Blueprint("search", __name__)
COUNTED = 40  # characters of a query that the counter of searched words gets


@blueprint.get("/search")
@page_cache.cached_for_guests("q", "section", "period", "order", "tab", *searching.PAGE_KEYS)
def show() -> Any:
    query = _search_query()
    page: PageRequest = searching.read_page(request.args) or abort(404)
    section, cached = query.section, partial(page_context().fragment, cache="search_fragments")
    results = (searching.find(query, page, cached) or abort(404)) if query.terms else None
    hits = results.hits if results else []
    is_counted = hits and query.tab == "posts" and page.is_first
    return render_template(
        "search/show.html",
        query=query,
        results=results,
        longest=searching.LONGEST,
        group=page_context().group(section.group_id) if section else None,
        section=section if section and not section.is_group else None,
        link=partial(with_query, "/search", **_parameters(query)),
        searched=query.text.casefold()[:COUNTED] if is_counted else None,
    )


def _search_query() -> SearchQuery:
    def one_of(name: str, known: Any) -> str:
        value = request.args.get(name, "")
        return value if value in known else next(iter(known))

    slug = request.args.get("section")
    return SearchQuery(
        plain.line(request.args.get("q", "")),
        (section_address.find(slug) or abort(404)) if slug else None,
        one_of("period", searching.PERIODS),
        one_of("order", searching.ORDERS),
        one_of("tab", searching.TABS),
    )


def _parameters(query: SearchQuery) -> dict[str, str]:
    """Return the query string of this search: only what differs from the defaults."""
    chosen = {name: getattr(query, name) for name in ("period", "order", "tab")}
    section = {"section": query.section.slug} if query.section else {}
    changed = {name: value for name, value in chosen.items() if value != getattr(SearchQuery, name)}
    return {"q": query.text, **section, **changed}
