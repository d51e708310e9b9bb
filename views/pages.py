"""Company pages: about, terms, privacy and the like."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for

from domain.counter import visitors
from domain.neighbours import consents
from domain.paper import pages, placeholders
from lib.text.dates import day_of
from lib.web.paging import LARGEST_ID
from models import Page
from views.web import page_cache
from views.web.page_context import PAGE_TITLES

blueprint = Blueprint("pages", __name__, url_prefix="/pages")


@blueprint.get("/how-we-count")
@page_cache.cached_for_guests()
def counting() -> str:
    """An explanation of the counter's numbers."""
    return render_template(
        "pages/counting.html", settings=current_app.config["SETTINGS"], imported=visitors.imported()
    )


@blueprint.get("/<slug>")
@page_cache.cached_for_guests()
def show(slug: str) -> str:
    """The version in effect, with a line about the one that is announced."""
    page = _find(slug)
    announced = pages.announced(slug)
    return _page(slug, page, _filled(page) if page else "", announced=announced)


@blueprint.get("/<slug>/versions")
@page_cache.cached_for_guests()
def versions(slug: str) -> Any:
    """All versions with their days of effect; `on` leads to the text of a day."""
    current = _find(slug)
    day = day_of(request.args.get("on", ""), 1900, 2999)
    if day and (page := pages.version_on(slug, day)):
        text = pages.text_on(page, day)
        if text:
            return redirect(url_for(".text", slug=slug, id=text.id))
        return redirect(url_for(".version", slug=slug, number=page.version))
    rows = [(page, pages.texts_of(page)) for page in pages.versions(slug)]
    title = current.title if current else PAGE_TITLES[slug]
    asked = request.args.get("on")
    return render_template("pages/versions.html", slug=slug, title=title, rows=rows, day=day, asked=asked)


@blueprint.get("/<slug>/versions/<int:number>")
@page_cache.cached_for_guests()
def version(slug: str, number: int) -> str:
    """A version: in effect, announced, or as it was shown last."""
    current = _find(slug)
    page = pages.version(slug, number) if number <= LARGEST_ID else None
    if page is None:
        abort(404)
    text = None if page is current else pages.last_text(page)
    body = text.body if text and pages.is_in_effect(page) else _filled(page)
    before = current if current and not pages.is_in_effect(page) else None
    changes = consents.changes(before, page) if before else []
    return _page(slug, page, body, current=current, is_old=page is not current, changes=changes)


@blueprint.get("/<slug>/texts/<int:id>")
@page_cache.cached_for_guests()
def text(slug: str, id: int) -> str:
    """What a page said from a moment on: what members agreed to then."""
    current = _find(slug)
    text = pages.text(id) if id <= LARGEST_ID else None
    if text is None or text.page.slug != slug:
        abort(404)
    return _page(slug, text.page, text.body, current=current, text=text, is_old=True)


def _find(slug: str) -> Page | None:
    """The version in effect; None if a company page is not written yet. 410 for a page that was removed."""
    own = pages.own(slug)
    if slug not in Page.SLUGS and own is None:
        abort(404)
    if own and own.removed_at:
        abort(410)
    return pages.current(slug)


def _filled(page: Page) -> str:
    return placeholders.fill(page, current_app.config["SETTINGS"])


def _page(slug: str, page: Page | None, body: str, **values: Any) -> str:
    title = page.title if page else PAGE_TITLES[slug]
    return render_template("pages/show.html", slug=slug, page=page, body=body, title=title, **values)
