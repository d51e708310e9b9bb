"""The inbox (접수함): what readers have sent, of every kind, in one list with a note on each."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from database import db
from domain.desk import inbox
from domain.keeping import activity
from lib.web.addresses import local_path, with_query
from lib.web.paging import Key
from models import now
from views.desk.inbox_forms import NoteForm
from views.web import guards

blueprint = Blueprint("desk_inbox", __name__, url_prefix="/desk/inbox")
blueprint.add_app_template_filter(inbox.state_name, "letter_state")
LIST = "/desk/inbox"


@blueprint.get("")
def index() -> str:
    """What is open, the most urgent first. `?kind=`; `?all=1`: everything, newest first, `&after=<key>`."""
    kind, is_all = request.args.get("kind", ""), bool(request.args.get("all"))
    if kind not in ("", *inbox.KINDS):
        abort(404)
    if is_all:
        lines, following = inbox.page(kind, _after())
    else:
        lines, following = inbox.open_lines(kind), None
    return render_template(
        "desk/inbox/index.html",
        lines=lines,
        following=following,
        kind=kind,
        kinds=inbox.KINDS,
        is_all=is_all,
        link=partial(with_query, LIST),
        form=NoteForm(formdata=None),
        now=now(),
    )


@blueprint.post("/<kind>/<int:id>/note")
def update(kind: str, id: int) -> Any:
    """Store the note. `next` is the page that it was written on."""
    form = NoteForm()
    form.check()
    inbox.set_note(kind, id, form.note.data or "")
    back = local_path(request.form.get("next"), url_for(".index"))
    activity.record(guards.reader(), "note-changed", f"{inbox.KINDS[kind]} {id}", LIST)
    db.session.commit()
    return redirect(back, 303)


def _after() -> Key | None:
    """The key of the last line of the page before."""
    text = request.args.get("after", "")
    try:
        return Key.parse(text) if text else None
    except (ValueError, OverflowError):
        abort(404)
