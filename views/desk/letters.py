"""Letters to the desk: 기사제보 and 광고신청. Opening one does not change its state; the editor does."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from database import db
from domain.desk import letters
from domain.keeping import activity
from domain.neighbours.models import Tip
from lib.text import plain
from lib.web.paging import LARGEST_ID
from views.desk.inbox_forms import LetterStateForm, NoteForm
from views.web import enclosures, guards

blueprint = Blueprint("desk_letters", __name__, url_prefix="/desk/letters")
blueprint.add_app_template_global(letters.unread_count, "unread_letters")  # for the menu of the desk


@blueprint.get("")
def index() -> Any:
    """Newest first. `?before=<id>` shows the next page."""
    page, more = letters.newest(plain.number(request.args.get("before")))
    return render_template("desk/letters/index.html", letters=page, more=more)


@blueprint.get("/<int:letter_id>")
def show(letter_id: int) -> Any:
    form = NoteForm(formdata=None)
    return render_template("desk/letters/show.html", letter=_find(letter_id), form=form)


@blueprint.get("/<int:letter_id>/files/<int:file_id>")
def file(letter_id: int, file_id: int) -> Response:
    """A file that came with a letter."""
    found = next((one for one in _find(letter_id).files if one.id == file_id), None) or abort(404)
    return enclosures.download(found.digest, found.filename, f"letter-{letter_id}-{file_id}")


@blueprint.post("/<int:letter_id>/state")
def update(letter_id: int) -> Any:
    letter, form = _find(letter_id), LetterStateForm()
    form.check()
    letters.set_state(letter, form.state.data or "")
    activity.record(guards.reader(), "letter-changed", str(letter_id), url_for(".show", letter_id=letter_id))
    db.session.commit()
    return redirect(url_for(".show", letter_id=letter_id), 303)


@blueprint.post("/<int:letter_id>/delete")
def destroy(letter_id: int) -> Any:
    """Delete a letter with its files."""
    unused = letters.remove(_find(letter_id))
    activity.record(guards.reader(), "letter-deleted", str(letter_id))
    db.session.commit()
    letters.delete_files(enclosures.store(), unused)
    return redirect(url_for("desk_inbox.index"), 303)


def _find(letter_id: int) -> Tip:
    return db.get_or_404(Tip, letter_id) if letter_id <= LARGEST_ID else abort(404)
