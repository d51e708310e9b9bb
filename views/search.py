"""Searching the paper, or a part of it."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request

from domain.counter import visitors
from domain.reading import cards, masthead
from domain.search import searching
from lib.text import plain
from lib.web.addresses import with_query
from models import Section
from views.web import page_cache
from views.web.page_context import page_context

blueprint = Blueprint("search", __name__)
COUNTED = 40  # characters of what was searched for that are counted


@blueprint.get("/search")
@page_cache.cached_for_guests("q", "section", "period", "order", "tab", *searching.PLACES)
def show() -> Any:
    asked, wanted = _asked(), _place()
    if not asked.terms:
        return _page(asked, wanted, None)
    found: searching.Found = searching.find(asked, wanted, page_context().search_fragment) or abort(404)
    views = visitors.views_of(hit.post.id for hit in found.hits)
    context: dict[str, Any] = {"views": views, "many_read": cards.MANY_READ}
    if found.hits and asked.tab == "posts" and wanted == searching.Place():
        context["searched"] = asked.query.casefold()[:COUNTED]
    return _page(asked, wanted, found, **context)


def _page(
    asked: searching.Asked, wanted: searching.Place, found: searching.Found | None, **context: Any
) -> str:
    place = asked.section
    return render_template(
        "search/show.html",
        asked=asked,
        wanted=wanted,
        found=found,
        longest=searching.LONGEST,
        group=next((group for group in page_context().groups if place and group.id == place.group_id), None),
        section=place if place and not place.is_group else None,
        link=partial(with_query, "/search", **_query(asked)),
        **context,
    )


def _asked() -> searching.Asked:
    def one_of(name: str, known: Any) -> str:
        value = request.args.get(name, "")
        return value if value in known else next(iter(known))

    return searching.Asked(
        plain.line(request.args.get("q", "")),
        _section(request.args.get("section", "")),
        one_of("period", searching.PERIODS),
        one_of("order", searching.ORDERS),
        one_of("tab", searching.TABS),
    )


def _section(slug: str) -> Section | None:
    return masthead.section(slug) or abort(404) if slug else None


def _place() -> searching.Place:
    try:
        return searching.place(request.args.to_dict())
    except ValueError:
        abort(404)


def _query(asked: searching.Asked) -> dict[str, str]:
    """The query of this search's addresses: only what is not as usual."""
    chosen = {"section": asked.section.slug if asked.section else ""}
    usual = {"period": "all", "order": "newest", "tab": "posts"}
    chosen |= {name: getattr(asked, name) for name, value in usual.items() if getattr(asked, name) != value}
    return {"q": asked.query} | {name: value for name, value in chosen.items() if value}
