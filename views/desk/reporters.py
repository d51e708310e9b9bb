"""The list of the paper's reporters."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import reporters
from domain.desk.models import Reporter
from domain.keeping import activity
from forms import add_errors
from models import Refused
from views.desk.forms import MoveForm, ReporterForm
from views.web import guards

blueprint = Blueprint("desk_reporters", __name__, url_prefix="/desk/reporters")


@blueprint.get("")
def index() -> str:
    return _page(ReporterForm())


@blueprint.post("")
def create() -> Any:
    return _save(None, ReporterForm())


@blueprint.post("/<int:id>")
def update(id: int) -> Any:
    reporter = reporters.find(id)
    return _save(reporter, _form(reporter))


@blueprint.post("/<int:id>/position")
def move(id: int) -> Any:
    form = MoveForm()
    form.check()
    reporter = reporters.find(id)
    reporters.move(reporter, -1 if form.move.data == "up" else 1)
    _record(reporter)
    db.session.commit()
    return _back()


@blueprint.post("/<int:id>/removal")
def destroy(id: int) -> Any:
    reporter = reporters.find(id)
    db.session.delete(reporter)
    _record(reporter)
    db.session.commit()
    flash(_("“%(name)s” was removed from the list. Bylines stay as they are.", name=reporter.name))
    return _back()


def _save(reporter: Reporter | None, form: ReporterForm) -> Any:
    if not form.validate():
        return _page(form, reporter), 422
    try:
        saved = reporters.save(reporter, form.name.data or "", form.email.data or "")
    except Refused as refusal:
        add_errors(form, {"name": str(refusal)})
        return _page(form, reporter), refusal.status
    _record(saved)
    db.session.commit()
    flash(_("“%(name)s” is saved.", name=saved.name))
    return _back()


def _form(reporter: Reporter) -> ReporterForm:
    return ReporterForm(obj=reporter, prefix=f"r{reporter.id}")


def _page(form: ReporterForm, changed: Reporter | None = None) -> str:
    """The list.

    :param form: of a new reporter, or of the one that was `changed`
    """
    rows = [(each, form if each is changed else _form(each)) for each in reporters.listed()]
    new_form = ReporterForm(formdata=None) if changed else form
    return render_template("desk/reporters/index.html", rows=rows, new_form=new_form)


def _record(reporter: Reporter) -> None:
    activity.record(guards.reader(), "reporter-changed", reporter.name, url_for("desk_reporters.index"))


def _back() -> Any:
    return redirect(url_for("desk_reporters.index"), 303)
