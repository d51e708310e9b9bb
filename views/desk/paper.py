"""The imprint (신문사 정보) in the footer of every page."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.paper import imprint, page_texts
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
    if changes := imprint.save(form.columns(), guards.reader()):
        names = ", ".join(str(imprint.LABELS[change.item]) for change in changes)
        activity.record(guards.reader(), "imprint-changed", names, url_for("desk_paper.edit"))
        page_texts.keep(current_app.config["SETTINGS"])
    db.session.commit()
    flash(_("The imprint is saved."))
    return redirect(url_for("desk_paper.edit"), 303)


def _page(form: PaperForm) -> str:
    return render_template(
        "desk/paper/edit.html",
        form=form,
        missing=imprint.missing(Paper.get()),
        has_sample=marks.are_there(),
        reminders=imprint.reminders(),
        history=imprint.history(),
        labels=imprint.LABELS,
    )
