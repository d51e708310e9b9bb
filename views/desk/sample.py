"""Taking the sample away, for a paper that begins for real."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db, empty_wal, visitors_transaction
from domain.keeping import activity
from domain.paper import page_texts, sections
from domain.paper.sections import PROPOSALS
from domain.sample import removing
from lib.files.store import Store
from views.desk.start_forms import SampleRemovalForm
from views.web import guards, page_cache
from views.web.write_lock import drop_write_lock

blueprint = Blueprint("desk_sample", __name__, url_prefix="/desk/sample")


@blueprint.get("")
def show() -> Any:
    return _page(SampleRemovalForm())


@blueprint.post("/removal")
def destroy() -> Any:
    form = SampleRemovalForm()
    if not form.validate():
        drop_write_lock()
        return _page(form), 422
    post_ids = removing.post_ids()
    removed = removing.remove(keep_sections=form.sections.data == "keep")
    if form.sections.data in PROPOSALS:
        sections.adopt(form.sections.data)
    page_texts.keep(current_app.config["SETTINGS"])
    activity.record(guards.reader(), "sample-removed", path=url_for("desk_paper.edit"))
    with visitors_transaction() as connection:
        removing.forget_views(connection, post_ids)
    db.session.commit()
    removing.remove_files(Store(current_app.config["SETTINGS"].media))
    db.session.commit()
    empty_wal()  # what was deleted is overwritten in the file
    page_cache.invalidate_pages()
    flash(
        _("The sample is removed: %(posts)s articles, %(members)s members, %(comments)s comments.", **removed)
    )
    return redirect(url_for("desk_paper.edit"), 303)


def _page(form: SampleRemovalForm) -> str:
    return render_template("desk/sample/show.html", form=form, contents=removing.contents())
