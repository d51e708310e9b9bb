"""What is typed on a writing page: stored by a script while it is typed, offered on the desk's first page."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from database import db
from domain.desk import articles, working_copies
from domain.desk.models import WorkingCopy
from domain.keeping import activity
from forms import short_key
from lib.web.paging import LARGEST_ID
from models import Post, Refused, local
from views.web import guards, rates

blueprint = Blueprint("desk_working_copies", __name__, url_prefix="/desk")


@blueprint.post("/posts/working-copy")
@rates.limited("120 per minute")
def create() -> Any:
    return _keep(None)


@blueprint.post("/posts/<int:id>/working-copy")
@rates.limited("120 per minute")
def update(id: int) -> Any:
    return _keep(articles.find(id))


@blueprint.post("/working-copies/<int:id>/deletion")
def destroy(id: int) -> Any:
    copy = db.session.get(WorkingCopy, id) if id <= LARGEST_ID else None
    if copy is not None:  # else it is gone already
        db.session.delete(copy)
        activity.record(guards.reader(), "copy-discarded", copy.title)
        db.session.commit()
    return redirect(url_for("desk_home.show"), 303)


def _keep(post: Post | None) -> Any:
    """Answers with the moment, on the paper's clock; in JSON, as the script expects."""
    key = short_key(request.form.get("idempotency_key", ""))
    try:
        copy = working_copies.keep(key, post, request.form.items(multi=True))
    except Refused as refusal:
        return {"error": str(refusal)}, refusal.status
    db.session.commit()
    return {"stored": f"{local(copy.stored_at):%H:%M:%S}"}
