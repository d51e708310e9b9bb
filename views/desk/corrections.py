"""바로잡습니다, 반론보도, 후속: notices above the text of a published article."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles, revisions
from models import Correction, Post
from views.desk.forms import CorrectionForm
from views.web import guards

blueprint = Blueprint("desk_corrections", __name__, url_prefix="/desk/posts/<int:id>/corrections")


@blueprint.post("")
def create(id: int) -> Any:
    post, form = articles.find(id), CorrectionForm()
    if not form.validate():
        return _page(form, post), 422
    with revisions.recorded(post, guards.reader()):
        post.correct(form.kind.data, form.body.data or "")
    db.session.commit()
    flash(_("The notice stands above the article."))
    return _article(id)


@blueprint.get("/<int:correction_id>/edit")
def edit(id: int, correction_id: int) -> str:
    correction = articles.find_correction(id, correction_id)
    return _page(CorrectionForm(obj=correction), correction.post, correction)


@blueprint.post("/<int:correction_id>")
def update(id: int, correction_id: int) -> Any:
    correction, form = articles.find_correction(id, correction_id), CorrectionForm()
    if not form.validate():
        return _page(form, correction.post, correction), 422
    with revisions.recorded(correction.post, guards.reader()):
        correction.edit(form.kind.data, form.body.data or "")
    db.session.commit()
    flash(_("The notice was changed. What it said before can be unfolded below it."))
    return _article(id)


@blueprint.post("/<int:correction_id>/deletion")
def destroy(id: int, correction_id: int) -> Any:
    correction = articles.find_correction(id, correction_id)
    with revisions.recorded(correction.post, guards.reader()):
        correction.remove()
    db.session.commit()
    flash(_("The notice was removed."))
    return _article(id)


def _page(form: CorrectionForm, post: Post, correction: Correction | None = None) -> str:
    return render_template("desk/corrections/edit.html", form=form, post=post, correction=correction)


def _article(id: int) -> Any:
    return redirect(url_for("posts.show", id=id), 303)
