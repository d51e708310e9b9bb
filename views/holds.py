"""게시중단 요청: asking that something is not shown, the page of a request, and the writer's objection."""

import hmac
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.moderation import hold_words, holds
from domain.moderation.holds import HoldDraft
from domain.moderation.models import Hold
from lib.text import plain
from models import Comment, Post, Refused
from views.web import captcha, enclosures, guards, page_cache, published, rates, request_limits
from views.web.page_context import absolute_url
from views.web.report_forms import HoldForm, ObjectionForm

blueprint = Blueprint("holds", __name__)
blueprint.after_request(page_cache.private)
blueprint.add_app_template_filter(hold_words.kind, "hold_kind")
blueprint.add_app_template_filter(hold_words.state, "hold_state")


@blueprint.get("/holds/new")
def new() -> Any:
    """The form. `?comment=<id>` or `?post=<id>` names what it is about."""
    form = _form()
    comment, post = (plain.number(request.args.get(name)) for name in ("comment", "post"))
    path = f"/comments/{comment}" if comment else f"/posts/{post}" if post else ""
    target, _problems = _target(path)
    if target:
        form.target.data = absolute_url(path)
    if "captcha" in form:
        captcha.new_captcha(form)
    return render_template("holds/new.html", form=form)


@blueprint.post("/holds")
@request_limits.with_files(enclosures.LARGEST_REQUEST)
@rates.limited("10 per minute; 60 per hour", scope="letters")
def create() -> Any:
    """A second send is found before the form is checked: its captcha is already used up."""
    form = _form()
    draft = HoldDraft(**form.draft())
    file, problem = enclosures.read(form.file.data)
    if not problem and (sent := holds.find_sent(draft, file)):
        return redirect(sent.requesters_path, 303)
    target, problems = _target(draft.target or "")
    if (status := enclosures.check_form(form, problem, problems)) or target is None:
        return render_template("holds/new.html", form=form), status or 422
    path = holds.submit(guards.reader(), draft, target, file, enclosures.store()).requesters_path
    db.session.commit()
    return redirect(path, 303)


@blueprint.get("/holds/<number>")
@rates.limited("60 per minute")
def show(number: str) -> Any:
    """The requester's page opens with the key of its address, the writer's by being logged in."""
    if "key" not in request.args:
        return _writers_page(number)
    hold = holds.find_number(number)
    if hold is None or not hmac.compare_digest(request.args["key"].encode(), hold.key.encode()):
        abort(404)
    return render_template("holds/show.html", hold=hold)


@blueprint.get("/comments/<int:comment_id>/hold")
@guards.member_required
def of_comment(comment_id: int) -> Any:
    """The writer's way from a comment that is not shown to the page that says why."""
    hold = holds.of_comment(published.comment_or_gap(comment_id))
    if hold is None or not holds.is_told(hold, guards.reader()):
        abort(404)
    return redirect(url_for(".show", number=hold.number), 303)


@blueprint.get("/holds/<number>/objection")
@guards.member_required
def new_objection(number: str) -> Any:
    return render_template("holds/objection.html", hold=_told(number), form=ObjectionForm())


@blueprint.post("/holds/<number>/objection")
@rates.limited("10 per minute; 60 per hour", scope="letters")
@guards.member_required
def object_to(number: str) -> Any:
    hold, form = _told(number), ObjectionForm()
    if not form.validate():
        return render_template("holds/objection.html", hold=hold, form=form), 422
    holds.object_to(hold, guards.reader(), form.body.data or "")
    db.session.commit()
    flash(_("Your objection has been sent to the editor."))
    return redirect(url_for(".show", number=number), 303)


@guards.member_required
def _writers_page(number: str) -> Any:
    reader, hold = guards.reader(), holds.find_number(number)
    if hold and reader.is_editor:
        return redirect(url_for("desk_holds.show", id=hold.id), 303)
    if hold and hold.requester_id == reader.id:
        return render_template("holds/show.html", hold=hold)
    return render_template("holds/writer.html", hold=_told(number))


def _told(number: str) -> Hold:
    """A request of which this reader is told as the writer."""
    hold = holds.find_number(number)
    return hold if hold and holds.is_told(hold, guards.reader()) else abort(404)


def _form() -> HoldForm:
    form = HoldForm()
    return form.without_captcha() if guards.reader() else form


def _target(address: str) -> tuple[Comment | Post | None, dict[str, str]]:
    """What an address leads to, and what is wrong with it: field -> sentence."""
    if not address:
        return None, {}  # the form says so
    try:
        return holds.find_target(address, urlsplit(absolute_url("/")).hostname or "", guards.reader()), {}
    except Refused as problem:
        return None, {"target": str(problem)}
