"""정정, 반론, 추후보도, 고침: notices above the text of an article that readers have seen."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles, claims, corrections
from domain.keeping import activity
from lib.text import plain
from models import Correction, Post
from views.desk.forms import CorrectionForm
from views.web import guards

blueprint = Blueprint("desk_corrections", __name__, url_prefix="/desk/posts/<int:id>/corrections")


@blueprint.get("/new")
def new(id: int) -> str:
    """The form for another notice. `?claim=<id>` fills in what a claim wants to be printed."""
    post, form = articles.find(id), CorrectionForm()
    if number := plain.number(request.args.get("claim")):
        claim = claims.find(number)
        form.kind.data, form.body.data, form.claim_id.data = claim.kind, claim.wanted, str(claim.id)
    return _page(form, post)


@blueprint.post("")
def create(id: int) -> Any:
    post, form = articles.find(id), CorrectionForm()
    if not form.validate():
        return _page(form, post), 422
    corrections.add(post, guards.reader(), form.draft())
    _record(post, "correction-added")
    db.session.commit()
    flash(_("The notice stands above the article."))
    return _article(post)


@blueprint.get("/<int:correction_id>/edit")
def edit(id: int, correction_id: int) -> str:
    correction = articles.find_correction(id, correction_id)
    return _page(CorrectionForm(obj=correction), correction.post, correction)


@blueprint.post("/<int:correction_id>")
def update(id: int, correction_id: int) -> Any:
    correction, form = articles.find_correction(id, correction_id), CorrectionForm()
    if not form.validate():
        return _page(form, correction.post, correction), 422
    corrections.edit(correction, guards.reader(), form.draft())
    _record(correction.post, "correction-changed")
    db.session.commit()
    flash(_("The notice was changed. What it said before can be unfolded below it."))
    return _article(correction.post)


@blueprint.post("/<int:correction_id>/deletion")
def destroy(id: int, correction_id: int) -> Any:
    correction = articles.find_correction(id, correction_id)
    post = correction.post
    corrections.remove(correction, guards.reader())
    _record(post, "correction-removed")
    db.session.commit()
    flash(_("The notice was removed."))
    return _article(post)


def _page(form: CorrectionForm, post: Post, correction: Correction | None = None) -> str:
    return render_template("desk/corrections/edit.html", form=form, post=post, correction=correction)


def _record(post: Post, act: str) -> None:
    activity.record(guards.reader(), act, post.title, url_for("desk_posts.edit", id=post.id))


def _article(post: Post) -> Any:
    """Where the notice is seen: above the article, or at the desk if readers do not see the article."""
    seen_at = "posts.show" if post.state == "published" else "desk_posts.edit"
    return redirect(url_for(seen_at, id=post.id), 303)
