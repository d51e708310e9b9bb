"""Searching the paper, or a part of it."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request

from domain import reading, search, visitors
from lib import text
from lib.addresses import with_query
from models import Section
from views import guards
from views.frame import frame

blueprint = Blueprint("search", __name__)
COUNTED = 40  # characters of what was searched for that are counted


@blueprint.get("/search")
@guards.kept_for_guests("q", "section", "period", "order", "tab", *search.PLACES)
def show() -> Any:
    asked, wanted = _asked(), _place()
    if not asked.terms:
        return _page(asked, wanted, None)
    found: search.Found = search.find(asked, wanted, frame().searched) or abort(404)
    views = visitors.views_of(hit.post.id for hit in found.hits)
    context: dict[str, Any] = {"views": views, "many_read": reading.MANY_READ}
    if found.hits and asked.tab == "posts" and wanted == search.Place():
        context["searched"] = asked.query.casefold()[:COUNTED]
    return _page(asked, wanted, found, **context)


def _page(asked: search.Asked, wanted: search.Place, found: search.Found | None, **context: Any) -> str:
    place = asked.section
    return render_template(
        "search/show.html",
        asked=asked,
        wanted=wanted,
        found=found,
        longest=search.LONGEST,
        group=next((group for group in frame().groups if place and group.id == place.group_id), None),
        section=place if place and not place.is_group else None,
        link=partial(with_query, "/search", **_query(asked)),
        **context,
    )


def _asked() -> search.Asked:
    def one_of(name: str, known: Any) -> str:
        value = request.args.get(name, "")
        return value if value in known else next(iter(known))

    return search.Asked(
        text.line(request.args.get("q", "")),
        _section(request.args.get("section", "")),
        one_of("period", search.PERIODS),
        one_of("order", search.ORDERS),
        one_of("tab", search.TABS),
    )


def _section(slug: str) -> Section | None:
    return reading.section(slug) or abort(404) if slug else None


def _place() -> search.Place:
    try:
        return search.place(request.args.to_dict())
    except ValueError:
        abort(404)


def _query(asked: search.Asked) -> dict[str, str]:
    """The query of this search's addresses: only what is not as usual."""
    chosen = {"section": asked.section.slug if asked.section else ""}
    usual = {"period": "all", "order": "newest", "tab": "posts"}
    chosen |= {name: getattr(asked, name) for name, value in usual.items() if getattr(asked, name) != value}
    return {"q": asked.query} | {name: value for name, value in chosen.items() if value}
