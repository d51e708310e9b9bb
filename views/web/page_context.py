"""What stands around every page: the paper, its menu, the counter, who is reading."""

from collections.abc import Callable, Hashable
from datetime import date, datetime
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext
from werkzeug.utils import cached_property

from domain.counter import visitors
from domain.moderation.settings import CommentSettings
from domain.neighbours import consents, told
from domain.neighbours.told import Told
from domain.paper.theme import Look
from domain.reading import articles, masthead
from domain.reading.cards import PostLink
from domain.reading.masthead import Imprint, Masthead, SectionCard
from lib.web.fragment_cache import FragmentCache
from models import Member, Post
from views.web.guards import SAFE_METHODS, reader
from views.web.page_cache import page_version

PAGE_TITLES = {
    "about": lazy_gettext("About us"),
    "terms": lazy_gettext("Terms of membership"),
    "privacy": lazy_gettext("Privacy policy"),
    "youth": lazy_gettext("Youth protection policy"),
    "email-refusal": lazy_gettext("No harvesting of e-mail addresses"),
    "advertising": lazy_gettext("Advertising"),
}


class PageContext:
    """One for each request, read lazily. Fragments are shared between requests.

    :param version: what fragments are rendered from (see page_cache.py); None: nothing is cached
    """

    def __init__(self, version: tuple[Hashable, int] | None = None):
        self.version = version

    def fragment(
        self,
        *name: Hashable,
        render: Callable[[], Any],
        counted: bool = False,
        timeless: bool = False,
        cache: str = "fragments",
    ) -> Any:
        """Return a fragment, rendered now unless it is cached under this name.

        :param counted: it shows numbers of the counter and expires with them, not only with the news
        :param timeless: it depends on no moment but the day, and expires only with that and with the news
        :param cache: "search_fragments" for names that visitors choose: they would evict all others
        """
        if self.version is None:
            return render()
        fragments: FragmentCache = current_app.extensions[cache]
        version = self.version if counted else self.version[0]
        # Lists say "today": a fragment is of one day.
        return fragments.get((self.today, *name), version, render, timeless=timeless)

    def cached(self, *name: Hashable, caller: Callable[[], str], **options: bool) -> str:
        """`{% call cached("menu", …) %}`: a fragment of a template. Its name holds all that it depends on."""
        return self.fragment(*name, render=caller, **options)

    @cached_property
    def masthead(self) -> Masthead:
        return self.fragment("masthead", render=masthead.masthead)

    @property
    def paper(self) -> Imprint:
        return self.masthead.paper

    @property
    def look(self) -> Look:
        return self.masthead.look

    @property
    def groups(self) -> tuple[SectionCard, ...]:
        """The groups in the order of the menu, with their sections as `children`."""
        return self.masthead.groups

    def group(self, group_id: int | None) -> SectionCard | None:
        """Return a group, hidden or not."""
        groups = (*self.groups, *self.masthead.hidden_groups)
        return next((group for group in groups if group.id == group_id), None)

    def section(self, section_id: int) -> SectionCard:
        """Return a section, hidden or not, or one too new for the cached masthead."""
        found = next((section for section in self.masthead.sections if section.id == section_id), None)
        return found or masthead.section_by_id(section_id)

    @property
    def comment_settings(self) -> CommentSettings:
        return self.masthead.comment_settings

    @cached_property
    def counts(self) -> visitors.Counts:
        minutes = current_app.config["SETTINGS"].presence_minutes
        return self.fragment("counts", render=lambda: visitors.counts(minutes), counted=True)

    def further_posts(self, post: Post) -> list[PostLink]:
        """Return what to read after an article; the latest of its group are a shared fragment."""
        group_id, shops = post.group_id, self.section(post.section_id).kind == "shop"
        latest = self.fragment(
            "latest", group_id, shops, render=lambda: articles.latest_of_group(group_id, shops=shops)
        )
        return articles.further_posts(post, latest)

    @cached_property
    def origin(self) -> str:
        """The configured public address of the site, or else the one of this request."""
        return current_app.config["SETTINGS"].site_url.rstrip("/") or f"{request.scheme}://{request.host}"

    def crumbs(self, trail: list[tuple[str, Any]]) -> list[dict[str, Any]]:
        """Return a schema.org ListItem for each path and name of a breadcrumb trail."""
        return [
            {"@type": "ListItem", "position": position, "name": str(name), "item": self.origin + path}
            for position, (path, name) in enumerate(trail, start=1)
        ]

    @cached_property
    def asks_consent(self) -> bool:
        """Whether the reader is to agree to newer terms: every page says so."""
        member = self.reader()
        return member is not None and consents.is_due(member, self._told.consents_changed_at)

    @property
    def consents_change_at(self) -> datetime | None:
        """When terms or a privacy policy that are announced take effect: members are told before."""
        member = self.reader()
        return self._told.consents_change_at if member and not member.is_editor else None

    def reader(self) -> Member | None:
        return self._reader

    @cached_property
    def _reader(self) -> Member | None:
        return reader()

    @property
    def unread_notices(self) -> int:
        return self._told.unread_notices if self._reader else 0

    @cached_property
    def _told(self) -> Told:
        """What every page tells its reader, a member."""
        id = self._reader.id if self._reader else 0
        return self.fragment("told", id, render=lambda: told.read(id))

    @cached_property
    def today(self) -> date:
        return current_app.extensions["clock"].today()

    @property
    def pages(self) -> list[tuple[str, Any]]:
        """Address and title of each page at the foot: the company's, then the editor's own."""
        titles = PAGE_TITLES | self.masthead.page_titles
        return [(url_for("pages.show", slug=slug), title) for slug, title in titles.items()]


def init_app(app: Flask) -> None:
    app.extensions["fragments"], app.extensions["search_fragments"] = FragmentCache(), FragmentCache()
    app.before_request(_begin)
    app.context_processor(_template_variables)


def page_context() -> PageContext:
    """Return the page context of this request."""
    if "page_context" not in g:
        g.page_context = PageContext()
    return g.page_context


def absolute_url(path: str) -> str:
    """Return a path with the configured public address of the site, or else that of this request."""
    return page_context().origin + path


def begin_to_read() -> None:
    """Begin a page context: this request only reads, at least from now on.

    The version is read first, so that no fragment is older than the version it is cached under.
    """
    g.page_context = PageContext(page_version())


def _begin() -> None:
    """A request that may write neither reads nor fills the cache of fragments."""
    if request.method in SAFE_METHODS:
        begin_to_read()


def _template_variables() -> dict[str, Any]:
    context = page_context()
    variables = {"cached": context.cached, "reader": context.reader, "absolute_url": absolute_url}
    return {"context": context, **variables}
