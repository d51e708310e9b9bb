"""Searching the paper, or a part of it."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request

from domain.counter import visitors
from domain.reading import cards, masthead
from domain.reading.masthead import SectionCard
from domain.search import searching
from domain.search.searching import SearchQuery, SearchResults
from lib.text import plain
from lib.web.addresses import with_query
from lib.web.paging import PageRequest
from views.web import page_cache
from views.web.page_context import page_context

blueprint = Blueprint("search", __name__)
COUNTED = 40  # characters of a query that the counter of searched words gets


@blueprint.get("/search")
@page_cache.cached_for_guests("q", "section", "period", "order", "tab", *searching.PAGE_KEYS)
def show() -> Any:
    query = _search_query()
    page: PageRequest = searching.read_page(request.args) or abort(404)
    if not query.terms:
        return _render(query, None)
    results: SearchResults = searching.find(query, page, page_context().search_fragment) or abort(404)
    views = visitors.views_of(hit.post.id for hit in results.hits)
    context: dict[str, Any] = {"views": views, "many_read": cards.MANY_READ}
    if results.hits and query.tab == "posts" and page.is_first:
        context["searched"] = query.text.casefold()[:COUNTED]
    return _render(query, results, **context)


def _render(query: SearchQuery, results: SearchResults | None, **context: Any) -> str:
    section = query.section
    return render_template(
        "search/show.html",
        query=query,
        results=results,
        longest=searching.LONGEST,
        group=page_context().group(section.group_id) if section else None,
        section=section if section and not section.is_group else None,
        link=partial(with_query, "/search", **_parameters(query)),
        **context,
    )


def _search_query() -> SearchQuery:
    def one_of(name: str, known: Any) -> str:
        value = request.args.get(name, "")
        return value if value in known else next(iter(known))

    return SearchQuery(
        plain.line(request.args.get("q", "")),
        _section(request.args.get("section", "")),
        one_of("period", searching.PERIODS),
        one_of("order", searching.ORDERS),
        one_of("tab", searching.TABS),
    )


def _section(slug: str) -> SectionCard | None:
    return masthead.section(slug) or abort(404) if slug else None


def _parameters(query: SearchQuery) -> dict[str, str]:
    """Return the query string of this search: only what differs from the defaults."""
    chosen = {"section": query.section.slug if query.section else ""}
    defaults = {"period": "all", "order": "newest", "tab": "posts"}
    chosen |= {name: getattr(query, name) for name in defaults if getattr(query, name) != defaults[name]}
    return {"q": query.text} | {name: value for name, value in chosen.items() if value}
