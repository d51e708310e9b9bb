"""Sitemaps as search engines read them (https://www.sitemaps.org/protocol.html), with Google's addition for news, a piece at a time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from lib.text.xml import legal

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PLACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def index(addresses: Iterable[str]) -> Iterator[str]:
    """The sitemap of sitemaps."""
    yield f"{_DECLARATION}<sitemapindex {_PLACES}>\n"
    for address in addresses:
        yield f"<sitemap><loc>{escape(address)}</loc></sitemap>\n"
    yield "</sitemapindex>\n"


def urlset(entries: Iterable[str], *, news: bool = False) -> Iterator[str]:
    """A sitemap of what `place` and `article` write."""
    yield f"{_DECLARATION}<urlset {_PLACES}{' ' + _NEWS if news else ''}>\n"
    yield from entries
    yield "</urlset>\n"


def place(address: str, changed_at: datetime | None = None) -> str:
    """A page, with the moment it became another one where that is known."""
    changed = f"<lastmod>{_moment(changed_at)}</lastmod>" if changed_at else ""
    return f"<url><loc>{escape(address)}</loc>{changed}</url>\n"


def article(address: str, title: str, published_at: datetime, *, paper: str, language: str) -> str:
    """A page as a news sitemap tells of it.

    :param language: of two or three letters; for Chinese zh-cn or zh-tw
    """
    publication = f"<news:publication><news:name>{_said(paper)}</news:name><news:language>{language}</news:language></news:publication>"
    moment = f"<news:publication_date>{_moment(published_at)}</news:publication_date>"
    about = f"<news:news>{publication}{moment}<news:title>{_said(title)}</news:title></news:news>"
    return f"<url><loc>{escape(address)}</loc>{about}</url>\n"


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


def _said(text: str) -> str:
    return escape(legal(text))
