"""Letters to the desk: 기사제보 and 광고신청. Opening one does not mark it as read; the editor does."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from database import db
from domain.desk import letters
from domain.keeping import activity
from domain.neighbours.models import Tip
from lib.text import plain
from lib.web.paging import LARGEST_ID
from models import now
from views.web import guards

blueprint = Blueprint("desk_letters", __name__, url_prefix="/desk/letters")


@blueprint.app_context_processor
def menu() -> dict[str, Any]:
    """For the desk's menu: a function, so that other pages run no query."""
    return {"unread_letters": letters.unread_count}


@blueprint.get("")
def index() -> Any:
    """Newest first. `?before=<id>` shows the next page."""
    page, more = letters.newest(plain.number(request.args.get("before")))
    return render_template("desk/letters/index.html", letters=page, more=more)


@blueprint.get("/<int:letter_id>")
def show(letter_id: int) -> Any:
    return render_template("desk/letters/show.html", letter=_find(letter_id))


@blueprint.post("/<int:letter_id>/reading")
def read(letter_id: int) -> Any:
    """Mark as read, or as unread again."""
    letter = _find(letter_id)
    letter.read_at = None if letter.read_at else now()
    activity.record(guards.reader(), "letter-changed", str(letter_id), url_for(".show", letter_id=letter_id))
    db.session.commit()
    return redirect(url_for("desk_letters.index"), 303)


@blueprint.post("/<int:letter_id>/delete")
def destroy(letter_id: int) -> Any:
    db.session.delete(_find(letter_id))
    activity.record(guards.reader(), "letter-deleted", str(letter_id))
    db.session.commit()
    return redirect(url_for("desk_letters.index"), 303)


def _find(letter_id: int) -> Tip:
    return db.get_or_404(Tip, letter_id) if letter_id <= LARGEST_ID else abort(404)
