"""A forgotten password: asking for a link, and using it. Opening the link changes nothing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.mail import outbox
from domain.neighbours import membership, reset
from lib.web.passwords import hash_password
from models import Member, Refused
from views.web import captcha, guards, known_browsers, page_cache, password_queue, rates
from views.web.account_forms import ResetForm, ResetRequestForm
from views.web.write_lock import drop_write_lock, take_write_lock, without_write_lock

blueprint = Blueprint("passwords", __name__, url_prefix="/password/reset")
blueprint.after_request(page_cache.private)
blueprint.after_request(page_cache.without_referrer)


@blueprint.get("")
@rates.limited("60 per minute")
def new() -> Any:
    return _new_request()


@blueprint.post("")
@rates.limited("10 per minute; 20 per hour")
def create() -> Any:
    """The same answer for every name: who has it is looked up later, where mail is sent."""
    if not outbox.is_on():
        return _new_request(503)
    form = _request_form(ResetRequestForm())
    if status := captcha.check(form):
        return _request_page(form, status)
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
        return _new_request(refused.status, str(refused))


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
        return _new_request(refused.status, str(refused))
    flash(_("Your new password is set. Please log in with it."))
    return known_browsers.remember(redirect(url_for("logins.new"), 303), member)


def _request_form(form: ResetRequestForm) -> ResetRequestForm:
    return form.without_captcha() if guards.reader() else form


def _new_request(status: int = 200, error: str = "") -> Any:
    """An empty form for a link. Without mail there are only words."""
    form = _request_form(ResetRequestForm(formdata=None))
    if error:
        form.form_errors.append(error)
    if "captcha" in form and outbox.is_on():
        captcha.new_captcha(form)
    return _request_page(form, status)


def _request_page(form: ResetRequestForm, status: int) -> Any:
    drop_write_lock()
    return render_template("passwords/new.html", form=form), status


def _page(form: ResetForm, member: Member, status: int = 200) -> Any:
    return render_template("passwords/edit.html", form=form, member=member), status
