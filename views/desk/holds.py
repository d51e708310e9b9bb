"""게시중단 요청 at the desk: what waits, what was decided, and the answers."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.moderation import hold_decisions, hold_words, holds
from domain.moderation.hold_decisions import Decision
from domain.moderation.models import Hold
from lib.text import plain
from models import now
from views.desk.report_forms import HoldDecisionForm
from views.web import enclosures, guards

blueprint = Blueprint("desk_holds", __name__, url_prefix="/desk/holds")
blueprint.add_app_template_global(holds.waiting, "waiting_holds")  # for the menu of the desk


@blueprint.get("")
def index() -> str:
    """Open requests, then closed ones. `?before=<id>` shows the next page of closed ones."""
    before = plain.number(request.args.get("before"))
    closed, more = holds.closed_holds(before)
    waiting = [] if before else holds.open_holds()
    return render_template(
        "desk/holds/index.html", open=waiting, closed=closed, more=more, is_first=not before, now=now()
    )


@blueprint.get("/<int:id>")
def show(id: int) -> str:
    hold = holds.find(id)
    possible = hold_decisions.possible(hold)
    return render_template("desk/holds/show.html", hold=hold, possible=possible, now=now())


@blueprint.get("/<int:id>/decisions/new")
def new_decision(id: int) -> str:
    """The answer to send, as ready text. `?kind=` is one of Decision.KINDS."""
    hold, kind = holds.find(id), request.args.get("kind", "")
    if kind not in Decision.KINDS:
        abort(404)
    form = HoldDecisionForm(formdata=None, kind=kind, reply=hold_words.ready(hold, kind))
    return _decision_page(hold, form)


@blueprint.post("/<int:id>/decisions")
def decide(id: int) -> Any:
    hold, form = holds.find(id), HoldDecisionForm()
    if not form.validate():
        if form.kind.errors:
            abort(422)
        return _decision_page(hold, form), 422
    hold_decisions.decide(hold, guards.reader(), form.decision())
    activity.record(guards.reader(), "hold-decided", hold.number, url_for(".show", id=id))
    is_mailed = hold_words.is_mailed(hold)
    db.session.commit()
    flash(_("Recorded. The answer is on its way.") if is_mailed else _("Recorded. Please send the answer."))
    return redirect(url_for(".show", id=id), 303)


@blueprint.get("/<int:id>/file")
def file(id: int) -> Response:
    """The file that came with a request."""
    hold = holds.find(id)
    return enclosures.download(hold.digest, hold.filename, f"request-{hold.id}")


def _decision_page(hold: Hold, form: HoldDecisionForm) -> str:
    is_mailed = hold_words.is_mailed(hold)
    return render_template("desk/holds/decision.html", hold=hold, form=form, is_mailed=is_mailed)
