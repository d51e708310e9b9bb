"""Totals of the paper's old site."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db, visitors_transaction
from domain.counter import visitors
from domain.keeping import activity
from views.desk.forms import ImportedTotalsForm
from views.web import guards, page_cache

blueprint = Blueprint("desk_imported_totals", __name__, url_prefix="/desk/imported-totals")


@blueprint.get("")
def edit() -> Any:
    return _page(ImportedTotalsForm(obj=visitors.imported()))


@blueprint.post("")
def update() -> Any:
    form = ImportedTotalsForm()
    if not form.validate():
        return _page(form), 422
    with visitors_transaction() as connection:
        visitors.set_imported(connection, int(form.total.data or 0), int(form.peak.data or 0))
    activity.record(guards.reader(), "totals-changed", path=url_for(".edit"))
    db.session.commit()
    page_cache.invalidate_pages()
    flash(_("The totals of the old site are saved."))
    return redirect(url_for("desk_imported_totals.edit"), 303)


def _page(form: ImportedTotalsForm) -> str:
    return render_template("desk/imported_totals/edit.html", form=form)
