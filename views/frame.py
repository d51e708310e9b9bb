"""What stands around every page: the paper, its menu, the counter; and the filters templates use."""

from datetime import date, datetime
from typing import Any

import flask.templating
from flask import Flask, current_app, g, request, url_for
from flask_babel import format_date, get_locale, lazy_gettext, to_user_timezone
from flask_babel import gettext as _
from werkzeug.utils import cached_property  # functools' own locks all threads out of it before Python 3.12

from domain import reading, visitors
from lib.links import dial, linkify
from lib.translated import TranslatedEnvironment
from models import Page, Paper, Section, now
from views.guards import reader

PAGE_TITLES = {
    "about": lazy_gettext("About us"),
    "terms": lazy_gettext("Terms of membership"),
    "privacy": lazy_gettext("Privacy policy"),
    "youth": lazy_gettext("Youth protection policy"),
    "email-refusal": lazy_gettext("No harvesting of e-mail addresses"),
    "advertising": lazy_gettext("Advertising"),
}


class Environment(TranslatedEnvironment, flask.templating.Environment):
    """What templates are compiled in."""


class Frame:
    """Asked once a page, and only for what the page shows."""

    @cached_property
    def _masthead(self) -> tuple[Paper, datetime | None, list[Section]]:
        return reading.masthead()

    @property
    def paper(self) -> Paper:
        return self._masthead[0]

    @property
    def last_edited_at(self) -> datetime | None:
        return self._masthead[1]

    @property
    def groups(self) -> list[Section]:
        """The groups in order; `children` of each is loaded."""
        return self._masthead[2]

    @cached_property
    def counts(self) -> visitors.Counts:
        return visitors.counts(current_app.config["SETTINGS"].presence_minutes)

    def views_of(self, post_id: int) -> int:
        """How many have read an article in all, asked together with the numbers of the counter."""
        counts, views = visitors.counts_and_views(None, current_app.config["SETTINGS"].presence_minutes, post_id)
        self.counts = counts  # type: ignore[misc] # the cached property takes it
        return views

    @cached_property
    def today(self) -> date:
        return to_user_timezone(now()).date()

    @property
    def pages(self) -> list[tuple[str, Any]]:
        """Address and title of each company page."""
        return [(url_for("pages.show", slug=slug), PAGE_TITLES[slug]) for slug in Page.SLUGS]


def frame() -> Frame:
    if "frame" not in g:
        g.frame = Frame()
    return g.frame


def moment(value: datetime) -> str:
    """2026-11-23 09:12, in the paper's own time zone."""
    return to_user_timezone(value).strftime("%Y-%m-%d %H:%M")


def clock(value: datetime) -> str:
    return to_user_timezone(value).strftime("%H:%M")


def day(value: datetime | date) -> str:
    local = to_user_timezone(value) if isinstance(value, datetime) else value
    return local.strftime("%Y-%m-%d")


def short_day(value: datetime) -> str:
    """11-23; with the year where it is not this one."""
    local = to_user_timezone(value)
    return local.strftime("%m-%d" if local.year == frame().today.year else "%Y-%m-%d")


def long_day(value: date) -> str:
    return format_date(value, "full")


def iso(value: datetime) -> str:
    """For `<time datetime>`, with the offset."""
    return to_user_timezone(value).isoformat(timespec="seconds")


def number(value: int) -> str:
    return f"{value:,}"


def filesize(value: int) -> str:
    """Bytes, as KB or MB."""
    return f"{value / 1_000_000:.1f} MB" if value >= 1_000_000 else f"{max(1, round(value / 1000))} KB"


def headline(post: Any) -> str:
    """The title of an article where no mark stands beside it: that of an advertisement says so itself."""
    return f"[{_('Advertisement')}] {post.title}" if post.is_advertisement else post.title


def init_app(app: Flask) -> None:
    for filter_ in (moment, clock, day, short_day, long_day, iso, number, filesize, headline, linkify, dial):
        app.add_template_filter(filter_)
    app.context_processor(lambda: {"frame": frame(), "reader": reader})
    app.add_template_global(app.config["ASSETS"].url, "asset")
    app.add_template_global(absolute_url)
    app.add_template_global(get_locale)


def absolute_url(path: str) -> str:
    """With the configured public address; without one, with the address that was asked."""
    site = current_app.config["SETTINGS"].site_url or request.host_url
    return site.rstrip("/") + path
