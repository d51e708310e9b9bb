"""What search engines ask for: where every article is, in parts, and the news of the last two days."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from domain.reading import sitemaps as known
from lib.web import sitemaps
from models import local
from views.web import page_cache
from views.web.page_context import absolute_url, page_context

blueprint = Blueprint("sitemaps", __name__)


@blueprint.get("/sitemap.xml")
@page_cache.cached_for_guests()
def index() -> Response:
    """Leads to the parts."""
    parts = ["/sitemaps/pages.xml", *(f"/sitemaps/posts-{number}.xml" for number in known.parts())]
    return _xml("".join(sitemaps.index(map(absolute_url, parts))))


@blueprint.get("/sitemaps/pages.xml")
@page_cache.cached_for_guests()
def pages() -> Response:
    """The front page, the sections and what is written about the paper."""
    sections = [place.slug for group in page_context().groups for place in (group, *group.children)]
    paths = [
        "/",
        *(f"/sections/{slug}" for slug in sections),
        *(f"/pages/{slug}" for slug in known.company_pages()),
    ]
    return _xml("".join(sitemaps.urlset(sitemaps.place(absolute_url(path)) for path in paths)))


@blueprint.get("/sitemaps/posts-<int:number>.xml")
def posts(number: int) -> Response:
    """A part of the archive, sent while it is read: it is long, and seldom asked for."""
    chunks = known.part(number)
    first: list[known.Line] = next(chunks, None) or abort(404)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return _xml(sitemaps.urlset(_places(app, first, chunks, absolute_url("/posts/"))))


@blueprint.get("/news-sitemap.xml")
@page_cache.cached_for_guests()
def news() -> Response:
    """Google's own kind, for what is new."""
    about = {
        "paper": page_context().paper.name or _("A new paper"),
        "language": str(get_locale()).partition("_")[0],
    }
    lines = (
        sitemaps.article(absolute_url(f"/posts/{line.id}"), line.title, local(line.published_at), **about)
        for line in known.news()
    )
    return _xml("".join(sitemaps.urlset(lines, news=True)))


def _places(
    app: Flask, lines: list[known.Line] | None, chunks: Iterator[list[known.Line]], address: str
) -> Iterator[str]:
    """A chunk of lines at a time. Nothing of the database is held in between: whoever asks may read slowly."""
    while lines:
        with app.app_context():
            places = "".join(sitemaps.place(f"{address}{line.id}", local(line.changed_at)) for line in lines)
            lines = next(chunks, None)
        yield places


def _xml(body: Any) -> Response:
    return Response(body, content_type="application/xml; charset=utf-8")
