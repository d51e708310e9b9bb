"""Sitemaps for search engines: an index, one for pages, one for each part of the archive, one for news."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Flask, Response, abort, current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from domain.reading import sitemaps as content
from domain.reading.sitemaps import SitemapPost
from lib.web import sitemaps
from models import local
from views.web import page_cache
from views.web.page_context import absolute_url, page_context

blueprint = Blueprint("sitemaps", __name__)


@blueprint.get("/sitemap.xml")
@page_cache.cached_for_guests()
def index() -> Response:
    """The index of the other sitemaps."""
    paths = ["/sitemaps/pages.xml", *(f"/sitemaps/posts-{number}.xml" for number in content.parts())]
    return _xml("".join(sitemaps.index(map(absolute_url, paths))))


@blueprint.get("/sitemaps/pages.xml")
@page_cache.cached_for_guests()
def pages() -> Response:
    """The front page, the groups and sections, and the company pages."""
    sections = [section.slug for group in page_context().groups for section in (group, *group.children)]
    paths = [
        "/",
        *(f"/sections/{slug}" for slug in sections),
        *(f"/pages/{slug}" for slug in content.company_pages()),
    ]
    return _xml("".join(sitemaps.urlset(sitemaps.entry(absolute_url(path)) for path in paths)))


@blueprint.get("/sitemaps/posts-<int:number>.xml")
def posts(number: int) -> Response:
    """One part of the archive. It is long and rarely requested: streamed, not cached."""
    chunks = content.part(number)
    first: list[SitemapPost] = next(chunks, None) or abort(404)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return _xml(sitemaps.urlset(_entries(app, first, chunks, absolute_url("/posts/"))))


@blueprint.get("/news-sitemap.xml")
@page_cache.cached_for_guests()
def news() -> Response:
    """The articles of the last two days, as Google News reads them."""
    paper = page_context().paper.name or _("A new paper")
    language = str(get_locale()).partition("_")[0]
    entries = (
        sitemaps.news_entry(
            absolute_url(f"/posts/{post.id}"),
            post.title,
            local(post.published_at),
            paper=paper,
            language=language,
        )
        for post in content.news()
    )
    return _xml("".join(sitemaps.urlset(entries, news=True)))


def _entries(
    app: Flask, posts: list[SitemapPost] | None, chunks: Iterator[list[SitemapPost]], prefix: str
) -> Iterator[str]:
    """Yield a chunk of entries at a time. A slow client holds no transaction open: each chunk has its own."""
    while posts:
        with app.app_context():
            text = "".join(sitemaps.entry(f"{prefix}{post.id}", local(post.changed_at)) for post in posts)
            posts = next(chunks, None)
        yield text


def _xml(body: str | Iterable[str]) -> Response:
    return Response(body, content_type="application/xml; charset=utf-8")
