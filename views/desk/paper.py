"""The imprint (신문사 정보) in the footer of every page."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.paper import imprint
from domain.sample import marks
from lib.text.dates import day_of
from models import Paper
from views.desk.forms import PaperForm
from views.web import guards

blueprint = Blueprint("desk_paper", __name__, url_prefix="/desk/paper")


@blueprint.get("")
def edit() -> Any:
    paper = Paper.get()
    rows = paper.registrations or []
    rows = [row | {"registered_on": day_of(row.get("registered_on", ""), 1, 9999)} for row in rows]
    columns = {column.key: getattr(paper, column.key) for column in Paper.__table__.columns}
    return _page(PaperForm(data=columns | {"registrations": rows}))


@blueprint.post("")
def update() -> Any:
    form = PaperForm()
    if not form.validate():
        return _page(form), 422
    paper = db.session.merge(Paper.get())
    for column, value in form.columns().items():
        setattr(paper, column, value)
    activity.record(guards.reader(), "imprint-changed", path=url_for(".edit"))
    db.session.commit()
    flash(_("The imprint is saved."))
    return redirect(url_for("desk_paper.edit"), 303)


def _page(form: PaperForm) -> str:
    missing, has_sample = imprint.missing(Paper.get()), marks.are_there()
    return render_template("desk/paper/edit.html", form=form, missing=missing, has_sample=has_sample)
