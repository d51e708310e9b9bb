"""What stands around every page: the paper, its menu, the counter; and the filters templates use."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date, datetime
from json import JSONEncoder
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import format_date, lazy_gettext
from markupsafe import Markup, escape
from werkzeug.utils import cached_property

from domain.counter import visitors
from domain.reading import articles, masthead
from domain.reading.masthead import Imprint, Masthead, SectionCard
from lib.text.dates import Clock, zone
from lib.text.links import dial, linkify
from lib.web.fragment_cache import FragmentCache
from models import Member, Page, Post, headline
from views.web.guards import SAFE_METHODS, reader

PAGE_TITLES = {
    "about": lazy_gettext("About us"),
    "terms": lazy_gettext("Terms of membership"),
    "privacy": lazy_gettext("Privacy policy"),
    "youth": lazy_gettext("Youth protection policy"),
    "email-refusal": lazy_gettext("No harvesting of e-mail addresses"),
    "advertising": lazy_gettext("Advertising"),
}


class PageContext:
    """Asked once a page, and only for what the page shows. What many pages share is kept as long as their pages are (lib/web/fragment_cache.py).

    :param fresh: what pages are made from at this moment; none where nothing is kept
    """

    def __init__(self, parts: FragmentCache | None = None, fresh: tuple[Hashable, int] | None = None):
        self.parts, self.fresh = parts, fresh

    def part(self, *name: Hashable, make: Callable[[], Any], counted: bool = False) -> Any:
        """What `make` gives, kept under this name until the news change; where it is `counted`, until a number does."""
        if self.fresh is None or self.parts is None:
            return make()
        return self.parts.get(name, self._made_from(counted), make)

    def searched(self, *name: Hashable, make: Callable[[], Any]) -> Any:
        """As `part`, for what visitors choose the names of: apart from the others, which they would push out."""
        return (
            make()
            if self.fresh is None
            else current_app.extensions["searched"].get(name, self.fresh[0], make)
        )

    def cached(self, *name: Hashable, caller: Callable[[], str], counted: bool = False) -> str:
        """`{% call kept("menu", …) %}`: a part of a template that many pages share. The name says all that it depends on beside the
        news, and beside the numbers where it is `counted`."""
        return self.part(*name, make=caller, counted=counted)

    def has(self, *name: Hashable, counted: bool = False) -> bool:
        """Whether `part` would find it."""
        return (
            self.fresh is not None
            and self.parts is not None
            and self.parts.has(name, self._made_from(counted))
        )

    def _made_from(self, counted: bool) -> Hashable:
        return self.fresh if counted or self.fresh is None else self.fresh[0]

    @cached_property
    def _masthead(self) -> Masthead:
        return self.part("masthead", make=masthead.masthead)

    @cached_property
    def paper(self) -> Imprint:
        return self._masthead.paper

    @property
    def last_edited_at(self) -> datetime | None:
        return self._masthead.last_edited_at

    @property
    def groups(self) -> tuple[SectionCard, ...]:
        """The groups in order; `children` of each is loaded."""
        return self._masthead.groups

    def section(self, section_id: int) -> SectionCard:
        """As in `groups`, unless it is so new that they do not know it."""
        places = (
            place for group in self.groups for place in (group, *group.children) if place.id == section_id
        )
        return next(places, None) or masthead.section_by_id(section_id)

    @cached_property
    def counts(self) -> visitors.Counts:
        return self.part("counts", make=lambda: visitors.counts(self._window), counted=True)

    def views_of(self, post_id: int) -> int:
        """How many have read an article in all: asked together with the numbers of the counter where these are to be asked too."""
        if self.has("counts", counted=True):
            return visitors.views(post_id)
        counts, views = visitors.counts_and_views(None, self._window, post_id)
        self.counts = self.part("counts", make=lambda: counts, counted=True)  # type: ignore[misc] # an attribute from now on
        return views

    @property
    def _window(self) -> int:
        return current_app.config["SETTINGS"].presence_minutes

    def surrounding_posts(self, post: Post) -> articles.SurroundingPosts:
        """What stands around an article. The latest of its group are the same for many."""
        name = ("latest", post.group_id)
        if self.has(*name):
            found = articles.surrounding_posts(post, latest=False)
            return replace(
                found, latest=self.part(*name, make=lambda: articles.surrounding_posts(post).latest)
            )
        found = articles.surrounding_posts(post)
        return replace(found, latest=self.part(*name, make=lambda: found.latest))

    @cached_property
    def origin(self) -> str:
        """What stands before every path: the configured public address, or else the one that was asked."""
        return current_app.config["SETTINGS"].site_url.rstrip("/") or f"{request.scheme}://{request.host}"

    def absolute_url(self, path: str) -> str:
        return self.origin + path

    def crumbs(self, trail: list[tuple[str, Any]]) -> list[dict[str, Any]]:
        """Where a page stands, for programs: a schema.org ListItem for each address and name."""
        places = enumerate(trail, start=1)
        return [
            {"@type": "ListItem", "position": place, "name": str(name), "item": self.origin + address}
            for place, (address, name) in places
        ]

    def reader(self) -> Member | None:
        return self._reader

    @cached_property
    def _reader(self) -> Member | None:
        return reader()

    @cached_property
    def today(self) -> date:
        return current_app.extensions["clock"].today()

    @property
    def pages(self) -> list[tuple[str, Any]]:
        """Address and title of each company page."""
        return [(url_for("pages.show", slug=slug), PAGE_TITLES[slug]) for slug in Page.SLUGS]


def page_context() -> PageContext:
    here = vars(g._get_current_object())  # type: ignore[attr-defined]
    if "page_context" not in here:
        g.page_context = PageContext()
    return here["page_context"]


def begin() -> None:
    """Before anything is read: parts are then at least as new as what they are kept under. Whoever may write keeps none."""
    pages = current_app.extensions.get("kept_pages")
    is_kept = pages and request.method in SAFE_METHODS
    g.page_context = PageContext(current_app.extensions["parts"], pages.fresh) if is_kept else PageContext()


def long_day(value: date) -> str:
    return format_date(value, "full")


def number(value: int) -> str:
    return f"{value:,}"


def filesize(value: int) -> str:
    """Bytes, as KB or MB."""
    return f"{value / 1_000_000:.1f} MB" if value >= 1_000_000 else f"{max(1, round(value / 1000))} KB"


def marked(pieces: list[Any]) -> Markup:
    """Text with what was searched for marked (domain.search.Piece)."""
    return Markup(
        "".join(
            f"<mark>{escape(piece.text)}</mark>" if piece.is_hit else escape(piece.text) for piece in pieces
        )
    )  # noqa: S704 # each is escaped


def init_app(app: Flask) -> None:
    app.extensions["parts"], app.extensions["searched"] = FragmentCache(), FragmentCache()
    app.before_request(begin)
    clock = app.extensions["clock"] = Clock(zone(app.config["SETTINGS"].timezone))
    for name in ("moment", "clock", "day", "short_day", "iso"):
        app.add_template_filter(getattr(clock, name), name)
    for filter_ in (long_day, number, filesize, headline, linkify, dial, marked):
        app.add_template_filter(filter_)
    app.context_processor(_around_every_page)
    app.add_template_global(app.config["ASSETS"].url, "asset")
    encoder = JSONEncoder(ensure_ascii=False, default=app.json.default)  # type: ignore[attr-defined]
    app.jinja_env.policies["json.dumps_function"] = lambda value, **_options: encoder.encode(value)
    app.jinja_env.globals["language"] = app.config["SETTINGS"].locale


def _around_every_page() -> dict[str, Any]:
    around = page_context()
    return {
        "context": around,
        "cached": around.cached,
        "reader": around.reader,
        "absolute_url": around.absolute_url,
    }


def absolute_url(path: str) -> str:
    """With the configured public address; without one, with the address that was asked."""
    return page_context().absolute_url(path)
