"""Deleting an article and restoring it."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
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
        flash(_("“%(title)s” was taken down. It waits under “Deleted”.", title=post.title))
    db.session.commit()
    return redirect(url_for("desk_posts.index"), 303)
