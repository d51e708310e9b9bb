"""Versions of an article: their list, what changed, bringing one back, and the article as it stood."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles, comparison, outcome, restoring, revisions
from domain.desk.models import Revision
from domain.keeping import activity
from lib.text import plain
from models import Paper, Post, local
from views.web import guards

blueprint = Blueprint("desk_revisions", __name__, url_prefix="/desk/posts/<int:id>/revisions")


@blueprint.get("")
def index(id: int) -> str:
    """Newest first. `?before=<id>` shows the next page. What was deleted for good still has its versions."""
    post = articles.find(id, erased=True)
    before = plain.number(request.args.get("before"))
    versions, more = revisions.listed(post, before)
    return render_template(
        "desk/revisions/index.html",
        post=post,
        revisions=versions,
        more=more,
        before=before,
        label=comparison.label,
    )


@blueprint.get("/<int:revision_id>")
def show(id: int, revision_id: int) -> str:
    """What this version changed; with `?with=now` what has changed since."""
    post, revision = _find(id, revision_id, erased=True)
    is_since = request.args.get("with") == "now"
    pair = (revision, revisions.snapshot(post)) if is_since else (revisions.before(revision), revision)
    return render_template(
        "desk/revisions/show.html",
        post=post,
        revision=revision,
        is_since=is_since,
        is_first=pair[0] is None,
        changes=comparison.compare(*pair),
    )


@blueprint.get("/<int:revision_id>/file")
def file(id: int, revision_id: int) -> Any:
    """The article as it stood, as one HTML file."""
    _post, revision = _find(id, revision_id, erased=True)
    origin = comparison.origin(revision.origin)
    page = render_template("desk/revisions/file.html", revision=revision, origin=origin, paper=Paper.get())
    answer = make_response(page)
    name = f"maeul-{id}-{local(revision.created_at):%Y%m%d-%H%M%S}.html"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@blueprint.post("/<int:revision_id>/restoration")
def restore(id: int, revision_id: int) -> Any:
    post, revision = _find(id, revision_id)
    moment = outcome.moment(revision.created_at)
    restoring.restore(
        post, revision, guards.reader(), _("The version of %(moment)s was brought back", moment=moment)
    )
    activity.record(guards.reader(), "version-restored", f"{post.title} ({moment})", url_for(".index", id=id))
    db.session.commit()
    flash(
        _(
            "The version of %(moment)s stands in the article again. The one before it is kept too.",
            moment=moment,
        )
    )
    return redirect(url_for("desk_revisions.index", id=id), 303)


def _find(id: int, revision_id: int, *, erased: bool = False) -> tuple[Post, Revision]:
    post = articles.find(id, erased=erased)
    return post, revisions.find(post, revision_id)
