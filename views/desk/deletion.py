"""Taking an article down and restoring it."""

from typing import Any

from flask import Blueprint, flash, get_template_attribute, redirect, url_for

from database import db
from domain.desk import articles, outcome, publishing, revisions
from domain.keeping import activity
from views.desk.forms import DeletionForm
from views.web import guards

blueprint = Blueprint("desk_deletion", __name__, url_prefix="/desk/posts/<int:id>/deletion")


@blueprint.post("")
def update(id: int) -> Any:
    post, form = articles.find(id), DeletionForm()
    form.check()
    is_restored = form.action.data == "restore"
    with revisions.recorded(post, guards.reader()):
        publishing.restore(post) if is_restored else post.delete()
    act = "article-restored" if is_restored else "article-taken-down"
    activity.record(guards.reader(), act, post.title, url_for("desk_revisions.index", id=id))
    if is_restored:
        flash(outcome.restored(post))
    else:
        flash(get_template_attribute("macros/desk.html", "taken_down")(post))
    db.session.commit()
    return redirect(url_for("desk_home.show"), 303)
