"""For programs: RSS of the paper and of each section, the favicon and the health check."""

from flask import Blueprint, Response, current_app, send_from_directory

from domain.reading import cards, masthead
from domain.reading.cards import PostCard
from domain.reading.headlines import headline
from lib.text.plain import legal_xml
from views.web import page_cache, rss, section_address
from views.web.page_context import absolute_url, page_context

blueprint = Blueprint("feeds", __name__)

NEWEST = 30


@blueprint.get("/feed.xml")
@page_cache.cached_for_guests()
def index() -> Response:
    return _feed(page_context().paper.name, "/", "/feed.xml", cards.newest(NEWEST, page_context().groups))


@blueprint.get("/sections/<slug>/feed.xml")
@page_cache.cached_for_guests()
def section(slug: str) -> Response:
    found = section_address.section_or_redirect(slug)
    title = f"{found.name} — {page_context().paper.name}"
    return _feed(title, f"/sections/{slug}", f"/sections/{slug}/feed.xml", cards.newest(NEWEST, [found]))


@blueprint.get("/healthz")
def health() -> Response:
    text, status = ("ok", 200) if masthead.database_answers() else ("unavailable", 503)
    return Response(text, status, {"Cache-Control": "no-store"}, mimetype="text/plain")


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    folder = current_app.config["ASSETS"].folder / "img"
    return send_from_directory(folder, "favicon.ico", mimetype="image/x-icon", max_age=86400)


def _feed(title: str, path: str, feed_path: str, posts: list[PostCard]) -> Response:
    feed, paper = rss.new_feed(title, path, feed_path), page_context().paper
    for post in posts:
        post_path = f"/posts/{post.id}"
        feed.add_item(
            legal_xml(headline(post)),
            absolute_url(post_path),
            legal_xml(post.summary or post.subtitle or post.title),
            author_name=legal_xml(post.byline or paper.name) or None,
            categories=[legal_xml(post.section.name)],
            pubdate=post.published_at,
            unique_id=post_path,  # never the host: an article with another guid is a new one to feed readers
            unique_id_is_permalink=False,
        )
    return rss.response(feed)
