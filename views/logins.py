"""Logging in and out."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template
from flask_babel import gettext as _

from database import db
from domain.neighbours import login_limits, membership
from domain.neighbours.login_limits import Attempt
from forms import LoginForm, add_errors
from models import Member, Refused
from views.web import guards, known_browsers, logging_in, page_cache, password_queue, rates, sessions
from views.web.write_lock import drop_write_lock, take_write_lock, without_write_lock

blueprint = Blueprint("logins", __name__)
blueprint.after_request(page_cache.private)


@blueprint.get("/login")
def new():
    if guards.reader():
        return redirect(sessions.next_path(), 303)
    return _page(LoginForm(next=sessions.next_path()))


@blueprint.post("/login")
@rates.limited("120 per minute")  # right passwords too: a phone network has one address for many people
@without_write_lock
@password_queue.queued
def create():
    form = LoginForm()
    if not form.validate():
        return _page(form, 422)
    try:
        with membership.password_slot():
            member = _authenticate(form.username.data or "", form.password.data or "")
            if member:
                return logging_in.begin(member, remember=form.remember.data)
    except Refused as refused:
        return _page(form, refused.status, str(refused), refused.headers)
    return _page(form, 422, _("The username or the password is not right."))


@blueprint.post("/logout")
def destroy():
    if member := guards.reader():
        membership.log_out(member.login_token)
        db.session.commit()
    sessions.end_session()
    flash(_("You are logged out."))
    return redirect(sessions.next_path(), 303)


def _authenticate(name: str, password: str) -> Member | None:
    """The member of this name and password.

    :raises Refused: there were too many wrong passwords
    """
    take_write_lock()
    member = membership.find(name)
    secret, known = current_app.config["SECRET_KEY"], known_browsers.knows(member)
    attempt = Attempt.of(member, name, rates.sender(), secret, known=known)
    login_limits.count(attempt)
    db.session.commit()
    if member := membership.authenticate(name, password):
        login_limits.forget(attempt)
    return member


def _page(form: LoginForm, status: int = 200, error: str = "", headers: dict[str, str] | None = None) -> Any:
    drop_write_lock()
    if error:
        add_errors(form, {"password": error})
    return render_template("logins/new.html", form=form), status, headers or {}
