"""A forgotten password: asking for a link, and using it. Opening the link changes nothing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.mail import outbox
from domain.neighbours import membership, reset
from lib.web.passwords import hash_password
from models import Member, Refused
from views.web import known_browsers, page_cache, password_queue, rates
from views.web.account_forms import ResetForm, ResetRequestForm
from views.web.write_lock import drop_write_lock, take_write_lock, without_write_lock

blueprint = Blueprint("passwords", __name__, url_prefix="/password/reset")
blueprint.after_request(page_cache.private)
blueprint.after_request(page_cache.without_referrer)


@blueprint.get("")
def new() -> Any:
    return _request_page(ResetRequestForm())


@blueprint.post("")
@rates.limited("5 per minute; 20 per hour")
def create() -> Any:
    """The same answer for every name: who has it is looked up later, where mail is sent."""
    form = ResetRequestForm()
    if not outbox.is_on():
        return _request_page(form, 503)
    if not form.validate():
        return _request_page(form, 422)
    reset.request(form.name.data or "")
    db.session.commit()
    return redirect(url_for(".sent"), 303)


@blueprint.get("/sent")
def sent() -> str:
    return render_template("passwords/sent.html")


@blueprint.get("/<token>")
@rates.limited("60 per minute")
def edit(token: str) -> Any:
    try:
        return _page(ResetForm(), reset.owner(token))
    except Refused as refused:
        return _request_page(ResetRequestForm(formdata=None), refused.status, str(refused))


@blueprint.post("/<token>")
@rates.limited("20 per minute")
@without_write_lock
@password_queue.queued
def update(token: str) -> Any:
    form = ResetForm()
    try:
        member = reset.owner(token)
        form.names = (member.username, member.nickname, member.email)
        if not form.validate():
            return _page(form, member, 422)
        with membership.password_slot():
            password_hash = hash_password(form.password.data or "")
        take_write_lock()
        member = reset.set_password(token, password_hash)
        db.session.commit()
    except Refused as refused:
        if refused.status == 503:
            raise
        return _request_page(ResetRequestForm(formdata=None), refused.status, str(refused))
    flash(_("Your new password is set. Please log in with it."))
    return known_browsers.remember(redirect(url_for("logins.new"), 303), member)


def _request_page(form: ResetRequestForm, status: int = 200, error: str = "") -> Any:
    drop_write_lock()
    if error:
        form.form_errors.append(error)
    return render_template("passwords/new.html", form=form), status


def _page(form: ResetForm, member: Member, status: int = 200) -> Any:
    return render_template("passwords/edit.html", form=form, member=member), status
