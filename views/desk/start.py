"""The first start of a paper without the sample, for whoever has the token that the terminal shows."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.neighbours import membership
from domain.paper import page_texts, starting
from domain.paper.sections import PROPOSALS
from forms import add_errors
from lib.web import agents
from models import Member, Refused
from views.desk.start_forms import StartForm
from views.web import guards, known_browsers, opening, page_cache, password_queue, rates, sessions
from views.web.write_lock import drop_write_lock, take_write_lock, without_write_lock

blueprint = Blueprint("start", __name__, url_prefix="/desk/start")
blueprint.after_request(page_cache.never_stored)
blueprint.after_request(page_cache.without_referrer)


@blueprint.before_request
def only_once() -> Any:
    """A paper that was begun is the editor's desk, for the editor only."""
    if opening.is_waiting():
        return None
    return guards.require_editor() or redirect("/desk/", 303)


@blueprint.get("")
@rates.limited("10 per minute; 60 per hour", scope="start")
def new() -> Any:
    token = request.args.get("token", "")
    if not starting.accepts(token):
        return _ask_for_token(wrong=bool(token))
    return _page(StartForm(token=token))


@blueprint.post("")
@rates.limited("10 per minute; 60 per hour", scope="start")
@without_write_lock
@password_queue.queued
def create() -> Any:
    form = StartForm()
    if not starting.accepts(form.token.data or ""):
        return _ask_for_token(wrong=True)
    if not form.validate():
        return _page(form), 422
    try:
        with membership.password_slot():
            take_write_lock()
            editor, token = _start(form)
    except membership.NamesRefused as refused:
        fields = {"email": "editor_email"}  # `email` is that of the paper
        problems = {fields.get(name, name): sentence for name, sentence in refused.problems.items()}
        add_errors(form, problems)
        return _page(form), 422
    except Refused as refused:
        form.form_errors.append(str(refused))
        return _page(form), refused.status
    drop_write_lock()
    sessions.start_session(editor, token)
    flash(_("%(name)s is open. What is still missing can be filled in on this page.", name=form.name.data))
    return known_browsers.remember(redirect(url_for("desk_paper.edit"), 303), editor)


def _start(form: StartForm) -> tuple[Member, str]:
    """Make the paper. Returns its editor and the token of the login."""
    editor = starting.start(form.token.data or "", form.beginning())
    activity.record(editor, "paper-started", form.name.data or "", url_for("desk_paper.edit"))
    page_texts.keep(current_app.config["SETTINGS"])
    token = membership.log_in(editor, remember=False, device=agents.kind(request.user_agent.string))
    db.session.commit()
    return editor, token


def _page(form: StartForm) -> str:
    drop_write_lock()
    return render_template("start/new.html", form=form, proposals=PROPOSALS)


def _ask_for_token(*, wrong: bool) -> Any:
    drop_write_lock()
    return render_template("start/token.html", wrong=wrong), 403 if wrong else 200
