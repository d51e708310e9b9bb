"""Which pages may be cached: whole, for all guests (lib/web/page_cache.py), or by nobody."""

import functools
from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask, Response, current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from database import db
from domain.reading.content_version import ContentVersion
from lib.web.page_cache import PageCache


def cached_for_guests(*query: str) -> Callable[..., Any]:
    """Decorate a GET view whose page is the same for all guests and may be cached.

    :param query: the query keys that change the page; the view is called without any others
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        view.cached_query = frozenset(query)  # type: ignore[attr-defined]
        return view

    return decorate


def init_app(app: Flask, data_version: Callable[[], Hashable | None]) -> None:
    """Put the page cache in front of the app, as the last of its middlewares.

    The host is part of a page's key only where the settings do not name the site's address.

    :param data_version: returns another value after every commit to the news
    """
    settings = app.config["SETTINGS"]
    if not settings.page_cache_megabytes:
        return
    with app.app_context():
        content_version = ContentVersion(db.engine, data_version)
    origin = ("HTTP_HOST", "wsgi.url_scheme")
    forwarded = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO") if settings.proxies else ()
    app.wsgi_app = app.extensions["page_cache"] = PageCache(  # type: ignore[method-assign]
        app.wsgi_app,
        content_version,
        _cached_query_of(app),
        personal=(app.config["SESSION_COOKIE_NAME"], app.config["REMEMBER_COOKIE_NAME"]),
        origin=() if settings.site_url else (*origin, *forwarded),
        max_bytes=settings.page_cache_megabytes * 1_000_000,
    )


def invalidate_pages() -> None:
    """Invalidate all cached pages, because the numbers on them have changed. Call after the commit."""
    if cache := current_app.extensions.get("page_cache"):
        cache.invalidate()


def page_version() -> tuple[Hashable, int] | None:
    """Return the version that pages are rendered from at this moment; None where nothing is cached."""
    cache = current_app.extensions.get("page_cache")
    return cache.version if cache else None


def private(response: Response) -> Response:
    """Mark a page that was rendered for one person: no proxy caches it."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def never_stored(response: Response) -> Response:
    """Mark a page with a secret: no browser stores it either."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def without_referrer(response: Response) -> Response:
    """Mark a page whose address is a secret: no link of it tells where it was followed."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _cached_query_of(app: Flask) -> Callable[[str], frozenset[str] | None]:
    """Return a function from a path to the query keys of its view; None where the page is not cached."""
    adapter = app.url_map.bind("")

    @functools.lru_cache(maxsize=2048)
    def find(path: str) -> frozenset[str] | None:
        try:
            endpoint, _values = adapter.match(path.encode("latin-1").decode(), method="GET")
        except (HTTPException, RequestRedirect, UnicodeError):
            return None
        return getattr(app.view_functions[endpoint], "cached_query", None)

    return find
