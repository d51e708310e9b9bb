"""Company pages at the desk: their versions, announcements, and pages of the editor's own."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.paper import notice_periods, page_versions, pages, placeholders, privacy
from models import Page, Refused
from views.desk.page_forms import NewPageForm, PageForm
from views.web import guards
from views.web.page_context import PAGE_TITLES

blueprint = Blueprint("desk_pages", __name__, url_prefix="/desk/pages")


@blueprint.get("")
def index() -> Any:
    company = [(slug, PAGE_TITLES[slug], pages.current(slug), pages.announced(slug)) for slug in Page.SLUGS]
    own = [(page, pages.current(page.slug)) for page in pages.own_pages()]
    return render_template("desk/pages/index.html", company=company, own=own)


@blueprint.get("/new")
def new() -> Any:
    return _new_page(NewPageForm(data={"in_footer": True}))


@blueprint.post("")
def create() -> Any:
    form = NewPageForm()
    if not form.validate():
        return _new_page(form), 422
    if form.preview.data:
        return _new_page(form, shown=_shown("", form))
    try:
        page = page_versions.add(
            form.slug.data or "", form.draft(), _settings(), in_footer=bool(form.in_footer.data)
        )
    except Refused as refused:
        form.form_errors = [str(refused)]
        return _new_page(form), refused.status
    activity.record(guards.reader(), "page-changed", page.title, f"/pages/{page.slug}")
    db.session.commit()
    flash(_("“%(name)s” is saved.", name=page.title))
    return redirect(url_for("desk_pages.index"), 303)


@blueprint.get("/<slug>")
def edit(slug: str) -> Any:
    page = _find(slug)
    title, body = pages.default(slug) if "default" in request.args and slug in Page.SLUGS else ("", "")
    own = pages.own(slug)
    form = PageForm(
        data={
            "title": title or (page.title if page else PAGE_TITLES[slug]),
            "body": body or (page.body if page else ""),
            "note": page.note if page and not pages.is_in_effect(page) else "",
            "effective_on": _proposed_day(slug, page),
            "is_unfavourable": bool(page and not pages.is_in_effect(page) and page.is_unfavourable),
            "in_footer": bool(own and own.in_footer),
            "version": page_versions.key(page),
        }
    )
    return _page(slug, form)


@blueprint.post("/<slug>")
def update(slug: str) -> Any:
    _find(slug)
    form = PageForm()
    if not form.validate():
        return _page(slug, form), 422
    if form.preview.data:
        return _page(slug, form, shown=_shown(slug, form))
    own = pages.own(slug)
    is_moved = own is not None and own.in_footer != bool(form.in_footer.data)
    try:
        sentence = _save(slug, form, is_moved=is_moved)
    except Refused as refused:
        db.session.rollback()
        form.form_errors = [str(refused)]
        return _page(slug, form), refused.status
    db.session.commit()
    flash(sentence)
    return redirect(url_for("desk_pages.index"), 303)


@blueprint.post("/<slug>/withdrawal")
def withdraw(slug: str) -> Any:
    _find(slug)
    page = page_versions.withdraw(slug)
    activity.record(guards.reader(), "page-withdrawn", page.title, f"/pages/{slug}")
    db.session.commit()
    flash(_("The announcement of “%(name)s” is taken back.", name=page.title))
    return redirect(url_for("desk_pages.index"), 303)


@blueprint.post("/<slug>/deletion")
def destroy(slug: str) -> Any:
    page_versions.remove(slug)
    activity.record(guards.reader(), "page-removed", slug)
    db.session.commit()
    flash(_("The page is removed. Its texts are kept."))
    return redirect(url_for("desk_pages.index"), 303)


def _save(slug: str, form: PageForm, *, is_moved: bool) -> str:
    """Publish what was typed, and put an own page into the footer or out of it. Returns what to say."""
    own = pages.own(slug)
    if own:
        own.in_footer = bool(form.in_footer.data)
    if is_moved and page_versions.is_unchanged(slug, form.draft()):
        activity.record(guards.reader(), "page-changed", slug, f"/pages/{slug}")
        return _("The foot of the pages is changed.")
    page = page_versions.publish(slug, form.draft(), _settings())
    activity.record(guards.reader(), "page-changed", page.title, f"/pages/{slug}")
    if pages.is_in_effect(page):
        return _("“%(name)s” is saved.", name=page.title)
    return _("“%(name)s” is announced.", name=page.title)


def _find(slug: str) -> Page | None:
    """The newest version of a page of ours; None if a company page has none. Any other page is not found."""
    own = pages.own(slug)
    if slug not in Page.SLUGS and (own is None or own.removed_at):
        abort(404)
    return pages.newest(slug)


def _proposed_day(slug: str, page: Page | None) -> Any:
    if page and not pages.is_in_effect(page):
        return pages.day_of_effect(page)
    return notice_periods.earliest_day(slug, is_unfavourable=False)


def _shown(slug: str, form: PageForm) -> str:
    """The text that was typed as readers would see it; what is wrong with it becomes an error of the form."""
    try:
        return page_versions.preview(slug, form.draft(), _settings())
    except Refused as refused:
        form.form_errors = [str(refused)]
        return ""


def _settings() -> Any:
    return current_app.config["SETTINGS"]


def _new_page(form: NewPageForm, shown: str = "") -> str:
    return render_template(
        "desk/pages/edit.html", form=form, page=None, announced=None, slug="", own=None, shown=shown,
        phrases=list(placeholders.PHRASES), blocks=[],
    )  # fmt: skip


def _page(slug: str, form: PageForm, shown: str = "") -> str:
    page = pages.current(slug)
    texts = pages.texts_of(page) if page else []
    return render_template(
        "desk/pages/edit.html",
        form=form,
        slug=slug,
        page=page,
        new_text=texts[0] if len(texts) > 1 else None,
        announced=pages.announced(slug),
        own=pages.own(slug),
        shown=shown,
        phrases=list(placeholders.PHRASES),
        blocks=list(privacy.BLOCKS) if slug == "privacy" else [],
        usual=notice_periods.earliest_day(slug, is_unfavourable=False),
        unfavourable=notice_periods.earliest_day(slug, is_unfavourable=True),
        days=(notice_periods.USUAL.days, notice_periods.UNFAVOURABLE.days),
    )
