"""Sitemaps for search engines: an index, one for pages, one for each part of the archive, one for news."""

from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, current_app, render_template
from flask_babel import get_locale
from flask_babel import gettext as _

from domain.reading import printed, sitemaps
from domain.reading.sitemaps import SitemapPost
from views.web import page_cache
from views.web.page_context import absolute_url, page_context

blueprint = Blueprint("sitemaps", __name__)


@blueprint.get("/sitemap.xml")
@page_cache.cached_for_guests()
def index() -> Response:
    """The index of the other sitemaps."""
    paths = ["/sitemaps/pages.xml", *(f"/sitemaps/posts-{number}.xml" for number in sitemaps.parts())]
    return _xml(render_template("sitemaps/index.xml", paths=paths))


@blueprint.get("/sitemaps/pages.xml")
@page_cache.cached_for_guests()
def pages() -> Response:
    """The front page, the groups and sections, and the company pages, and the printed issues."""
    sections = [section.slug for group in page_context().groups for section in (group, *group.children)]
    paths = ["/", *(f"/sections/{slug}" for slug in sections)]
    paths += [f"/pages/{slug}" for slug in sitemaps.company_pages()]
    if issues := printed.all_ids():
        paths += ["/papers", *(f"/papers/{id}" for id in issues)]
    return _xml(render_template("sitemaps/pages.xml", paths=paths))


@blueprint.get("/sitemaps/posts-<int:number>.xml")
def posts(number: int) -> Response:
    """One part of the archive. It is long and rarely requested: streamed, not cached."""
    chunks = sitemaps.part(number)
    first: list[SitemapPost] = next(chunks, None) or abort(404)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    template = app.jinja_env.get_template("sitemaps/posts.xml")
    stream = template.stream(posts=_posts(app, first, chunks), prefix=absolute_url("/posts/"))
    stream.enable_buffering(1000)
    return _xml(stream)


@blueprint.get("/news-sitemap.xml")
@page_cache.cached_for_guests()
def news() -> Response:
    """The articles of the last two days, as Google News reads them."""
    paper = page_context().paper.name or _("A new paper")
    code = str(get_locale()).partition("_")[0]
    return _xml(render_template("sitemaps/news.xml", posts=sitemaps.news(), paper=paper, code=code))


def _posts(
    app: Flask, posts: list[SitemapPost] | None, chunks: Iterator[list[SitemapPost]]
) -> Iterator[SitemapPost]:
    """Yield every article. A slow client holds no transaction open: each chunk has its own."""
    while posts:
        yield from posts
        with app.app_context():
            posts = next(chunks, None)


def _xml(body: str | Iterator[str]) -> Response:
    return Response(body, content_type="application/xml; charset=utf-8")
