"""바로잡습니다: all corrections of the paper, as a list and as a feed."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from domain.reading import corrections
from domain.reading.corrections import CorrectionList
from domain.reading.headlines import correction_mark
from lib.text.plain import legal_xml
from lib.web import paging
from lib.web.addresses import with_query
from lib.web.paging import PageRequest
from views.web import page_cache, rss
from views.web.page_context import absolute_url, page_context

blueprint = Blueprint("corrections", __name__, url_prefix="/corrections")


@blueprint.get("")
@page_cache.cached_for_guests(*paging.PAGE_KEYS)
def index() -> Any:
    page_request: PageRequest = paging.read(request.args) or abort(404)
    listing: CorrectionList = corrections.listed(page_request) or abort(404)
    link = partial(with_query, url_for("corrections.index"))
    return render_template("corrections/index.html", listing=listing, page_request=page_request, link=link)


@blueprint.get("/feed.xml")
@blueprint.get("/feed")
@page_cache.cached_for_guests()
def feed() -> Response:
    title = f"{_('Corrections')} — {page_context().paper.name}"
    found = rss.new_feed(title, "/corrections", "/corrections/feed.xml")
    for line in corrections.newest():
        mark = f"[{_('Advertisement')}] " if line.is_advertisement else ""
        found.add_item(
            legal_xml(f"{mark}[{correction_mark(line.kind)}] {line.title or line.post_title}").strip(),
            absolute_url(line.path),
            legal_xml(line.body),
            pubdate=line.created_at,
            unique_id=f"/corrections#correction-{line.id}",
            unique_id_is_permalink=False,
        )
    return rss.response(found)
