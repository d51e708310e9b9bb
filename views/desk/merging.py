"""The choice between two texts of one article, after both were written at the same time."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles, merging, revisions, saving, working_copies
from domain.keeping import activity
from lib.text import plain
from models import Post
from views.desk.forms import MergingForm
from views.web import guards

blueprint = Blueprint("desk_merging", __name__, url_prefix="/desk/posts/<int:id>/revisions/<int:revision_id>")


@blueprint.post("/merging")
def create(id: int, revision_id: int) -> Any:
    """Save the chosen passages, the typed text as a whole, or nothing: what was saved then stays."""
    post, form = articles.find(id), MergingForm()
    aside = revisions.find(post, revision_id)
    form.check()
    working_copies.discard(form.idempotency_key.data or "")
    if form.whole.data == "theirs":
        activity.record(guards.reader(), "copy-discarded", post.title, url_for("desk_revisions.index", id=id))
        db.session.commit()
        flash(_("The saved text stays. The other one is kept among the earlier versions."))
        return _article(post)
    started_from = plain.number(form.started_from.data)
    choices = {name: value for name, value in request.form.items() if name.startswith("pick-")}
    if form.whole.data == "mine":
        choices = {row.name: "mine" for row in merging.compare(post, aside, started_from)}
    try:
        merging.merge(post, aside, guards.reader(), choices, started_from, form.version.data or "")
    except saving.Conflict as conflict:
        db.session.rollback()
        page = render_template(
            "desk/revisions/merging.html",
            post=post,
            aside=aside,
            rows=merging.compare(post, aside, started_from),
            form=form,
            started_from=started_from,
        )
        return page, conflict.status
    activity.record(guards.reader(), "article-saved", post.title, url_for("desk_revisions.index", id=id))
    db.session.commit()
    flash(_("What you chose is saved. Both texts are kept among the earlier versions."))
    return _article(post)


def _article(post: Post) -> Any:
    if post.state == "published":
        return redirect(url_for("posts.show", id=post.id), 303)
    return redirect(url_for("desk_posts.edit", id=post.id), 303)
