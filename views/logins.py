"""Logging in and out."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _

from database import db
from domain.neighbours import membership
from forms import LoginForm, add_errors
from models import Refused
from views.web import guards, page_cache, rates, sessions

blueprint = Blueprint("logins", __name__)
blueprint.after_request(page_cache.private)


@blueprint.get("/login")
def new():
    if guards.reader():
        return redirect(sessions.next_path(), 303)
    return _page(LoginForm(next=sessions.next_path()))


@blueprint.post("/login")
@rates.limited("30 per minute")
def create():
    form = LoginForm()
    if not form.validate():
        return _page(form, 422)
    name = form.username.data or ""
    try:
        membership.count_attempt(name)
    except Refused as refused:
        return _page(form, refused.status, str(refused))
    db.session.commit()
    member = membership.authenticate(name, form.password.data or "")
    if member is None:
        return _page(form, 422, _("The username or the password is not right."))
    if previous := guards.reader():
        membership.log_out(previous.login_token)
    token = membership.log_in(member, name, remember=form.remember.data)
    db.session.commit()
    sessions.start_session(member, token, remember=form.remember.data)
    return redirect(sessions.next_path(), 303)


@blueprint.post("/logout")
def destroy():
    if member := guards.reader():
        membership.log_out(member.login_token)
        db.session.commit()
    sessions.end_session()
    flash(_("You are logged out."))
    return redirect(sessions.next_path(), 303)


def _page(form: LoginForm, status: int = 200, error: str = "") -> Any:
    if error:
        add_errors(form, {"password": error})
    return render_template("logins/new.html", form=form), status
