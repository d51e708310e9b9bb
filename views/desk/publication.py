"""Publication of an article: now, at a moment, or withdrawn."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles, outcome, publishing, revisions
from models import Refused
from views.desk.forms import PublicationForm
from views.web import guards

blueprint = Blueprint("desk_publication", __name__, url_prefix="/desk/posts/<int:id>/publication")


@blueprint.post("")
def update(id: int) -> Any:
    post, form = articles.find(id), PublicationForm()
    form.check()
    if post.state == "deleted":
        raise Refused(_("This article was taken down. Bring it back first."), 409)
    before = post.state
    with revisions.recorded(post, guards.reader()):
        if form.publish.data == "withdraw":
            post.withdraw()
        else:
            publishing.publish(post, form.published_at.moment if form.publish.data == "at" else None)
    db.session.commit()
    flash(outcome.published(post) if post.published_at else outcome.draft(post, before))
    return redirect(url_for("desk_posts.edit", id=id), 303)
