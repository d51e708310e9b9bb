"""Taking an article down and restoring it."""

from typing import Any

from flask import Blueprint, flash, get_template_attribute, redirect, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles
from views.desk.forms import DeletionForm

blueprint = Blueprint("desk_deletion", __name__, url_prefix="/desk/posts/<int:id>/deletion")


@blueprint.post("")
def update(id: int) -> Any:
    post, form = articles.find(id), DeletionForm()
    form.check()
    if form.action.data == "restore":
        post.restore()
        flash(_("“%(title)s” is back.", title=post.title))
    else:
        post.delete()
        flash(get_template_attribute("macros/desk.html", "taken_down")(post))
    db.session.commit()
    return redirect(url_for("desk_posts.index"), 303)
