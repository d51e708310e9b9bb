"""RSS of the paper's articles and corrections."""

from typing import Any

from flask import Response, request
from flask_babel import get_locale
from flask_babel import gettext as _

from lib.text.plain import legal_xml
from views.web.page_context import absolute_url, page_context

MINUTES = 30  # after which readers of a feed may ask for it again


def new_feed(title: str, path: str, feed_path: str) -> Any:
    """Begin a feed. The caller adds its items.

    :param path: of the page that the feed belongs to
    """
    from feedgenerator import Rss201rev2Feed  # slow to import: not at every start

    paper = page_context().paper
    title = legal_xml(title) or _("A new paper")
    return Rss201rev2Feed(
        title=title,
        link=absolute_url(path),
        description=legal_xml(paper.tagline or "") or title,
        language=str(get_locale()).replace("_", "-"),
        feed_url=absolute_url(feed_path),
        feed_copyright=f"© {legal_xml(paper.company_name or title)}",
        ttl=MINUTES,
    )


def response(feed: Any) -> Response:
    """Return a feed; 304 if the paper was not edited since the reader of the feed last had it."""
    answer = Response(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
    if edited_at := page_context().masthead.last_edited_at:
        answer.last_modified = edited_at
    answer.make_conditional(request)
    return answer
