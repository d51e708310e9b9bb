"""지면: the issues of the printed paper at the desk. Each is a PDF; a regular job draws its pages."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, ValidationError

from database import db
from domain.keeping import activity
from domain.paper import printing
from domain.paper.models import PrintIssue
from domain.paper.printing import PdfFile
from forms import PostedForm, line
from lib.files.store import Store
from lib.text import plain
from lib.web import paging
from models import Refused
from views.desk.forms import at_most
from views.web import guards
from views.web.write_lock import take_write_lock, without_write_lock

blueprint = Blueprint("desk_papers", __name__, url_prefix="/desk/papers")
PAGE = 30
FIRST_YEAR = 1880


class IssueForm(PostedForm):
    """An issue of the printed paper."""

    published_on = DateField(
        _l("Day of the issue"), [InputRequired(_l("Please enter the day of the issue."))]
    )
    title = StringField(_l("Number (optional)"), [at_most(60)], filters=[line], render_kw={"maxlength": 60})
    file = FileField(_l("PDF of all pages"), render_kw={"accept": "application/pdf,.pdf"})

    def validate_published_on(self, field: DateField) -> None:
        if field.data and not FIRST_YEAR <= field.data.year <= 2200:
            raise ValidationError(_("Please enter the day of the issue."))


@blueprint.get("")
def index() -> Any:
    return _page(IssueForm(formdata=None))


@blueprint.post("")
@without_write_lock
def create() -> Any:
    form = IssueForm()
    if not form.validate():
        return _page(form), 422
    try:
        file = _take(form)
    except Refused as refusal:
        return _page(form), refusal.status
    take_write_lock()
    issue = printing.add(_day(form), form.title.data or "", file)
    return _done(issue, "issue-added", _("The issue is here. Its pages are being made."))


@blueprint.get("/<int:id>/edit")
def edit(id: int) -> Any:
    issue = _find(id)
    form = IssueForm(formdata=None, published_on=issue.published_on, title=issue.title)
    return _form_page(issue, form)


@blueprint.post("/<int:id>")
@without_write_lock
def update(id: int) -> Any:
    """Change day and number; another file takes the place of the one before."""
    form, file = IssueForm(), None
    if not form.validate():
        return _form_page(_find(id), form), 422
    try:
        file = _take(form) if form.file.data else None
    except Refused as refusal:
        return _form_page(_find(id), form), refusal.status
    take_write_lock()
    issue = _find(id)
    issue.published_on, issue.title = _day(form), form.title.data or ""
    if file:
        printing.replace(issue, file)
    return _done(issue, "issue-changed", _("The issue is saved."))


@blueprint.post("/<int:id>/attempts")
def retry(id: int) -> Any:
    issue = _find(id)
    printing.replace(issue, PdfFile(issue.digest, issue.size))
    return _done(issue, "issue-changed", _("The pages are made once more."))


@blueprint.post("/<int:id>/deletion")
def destroy(id: int) -> Any:
    issue = _find(id)
    db.session.delete(issue)
    return _done(issue, "issue-deleted", _("The issue is deleted."))


def _take(form: IssueForm) -> PdfFile:
    """:raises Refused: with the sentence at the field, too"""
    settings, file = current_app.config["SETTINGS"], form.file.data
    try:
        if not file:
            raise Refused(_("Please choose the PDF of the issue."), 422)
        return printing.take(Store(settings.media), file.stream, settings.upload_megabytes)
    except Refused as refusal:
        form.file.errors = [*form.file.errors, str(refusal)]
        raise


def _done(issue: PrintIssue, act: str, sentence: str) -> Any:
    activity.record(guards.reader(), act, str(issue.published_on), url_for(".index"))
    db.session.commit()
    flash(sentence)
    return redirect(url_for(".index"), 303)


def _day(form: IssueForm) -> date:
    assert form.published_on.data
    return form.published_on.data


def _find(id: int) -> PrintIssue:
    issue = db.session.get(PrintIssue, id) if id <= paging.LARGEST_ID else None
    return issue or abort(404)


def _page(form: IssueForm) -> str:
    before = plain.number(request.args.get("before"))
    query = select(PrintIssue).options(selectinload(PrintIssue.pages))
    issues, has_older = paging.newest_first(db.session, query, PrintIssue.id, before, PAGE)
    return render_template(
        "desk/papers/index.html",
        form=form,
        issues=[(issue, printing.missing_pages(issue)) for issue in issues],
        older=issues[-1].id if has_older else None,
        megabytes=current_app.config["SETTINGS"].upload_megabytes,
    )


def _form_page(issue: PrintIssue, form: IssueForm) -> str:
    megabytes = current_app.config["SETTINGS"].upload_megabytes
    return render_template("desk/papers/edit.html", issue=issue, form=form, megabytes=megabytes)
