"""Sitemaps (https://www.sitemaps.org/protocol.html) with Google's extension for news, as iterators of XML."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from lib.text.xml import legal

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS_NAMESPACE = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def index(addresses: Iterable[str]) -> Iterator[str]:
    """A sitemap index: the addresses of other sitemaps."""
    yield f"{_DECLARATION}<sitemapindex {_SITEMAP_NAMESPACE}>\n"
    for address in addresses:
        yield f"<sitemap><loc>{escape(address)}</loc></sitemap>\n"
    yield "</sitemapindex>\n"


def urlset(entries: Iterable[str], *, news: bool = False) -> Iterator[str]:
    """A sitemap.

    :param entries: results of `entry`, or of `news_entry` where `news` is set
    """
    yield f"{_DECLARATION}<urlset {_SITEMAP_NAMESPACE}{' ' + _NEWS_NAMESPACE if news else ''}>\n"
    yield from entries
    yield "</urlset>\n"


def entry(address: str, changed_at: datetime | None = None) -> str:
    """One page of a sitemap, with the moment of its last change if that is known."""
    changed = f"<lastmod>{_moment(changed_at)}</lastmod>" if changed_at else ""
    return f"<url><loc>{escape(address)}</loc>{changed}</url>\n"


def news_entry(address: str, title: str, published_at: datetime, *, paper: str, language: str) -> str:
    """One article of a news sitemap.

    :param language: a code of two or three letters; for Chinese zh-cn or zh-tw
    """
    name = f"<news:name>{_text(paper)}</news:name><news:language>{language}</news:language>"
    moment = f"<news:publication_date>{_moment(published_at)}</news:publication_date>"
    details = f"<news:publication>{name}</news:publication>{moment}<news:title>{_text(title)}</news:title>"
    return f"<url><loc>{escape(address)}</loc><news:news>{details}</news:news></url>\n"


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


def _text(value: str) -> str:
    return escape(legal(value))
