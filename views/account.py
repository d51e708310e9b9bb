"""A member's own page: stored data, password, logins, leaving."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.neighbours import login_limits, membership
from domain.neighbours.login_limits import Attempt
from forms import LeavingForm, PasswordForm, VisibilityForm, add_errors
from lib.web.passwords import hash_password
from models import Refused, now
from views.web import guards, known_browsers, page_cache, password_queue, rates, sessions
from views.web.write_lock import drop_write_lock, take_write_lock, without_write_lock

blueprint = Blueprint("account", __name__, url_prefix="/me")
blueprint.after_request(page_cache.private)


@blueprint.get("")
@guards.member_required
def show():
    return _page(PasswordForm())


@blueprint.post("/visibility")
@guards.member_required
def visibility():
    member = guards.reader()
    member.shown_online_at = now() if VisibilityForm().shown_online.data else None
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for(".show"), 303)


@blueprint.post("/password")
@rates.limited("10 per minute")
@without_write_lock
@password_queue.queued
@guards.member_required
def password():
    form, member = PasswordForm(), guards.reader()
    form.names = (member.username, member.nickname, member.email)
    if not form.validate():
        return _page(form, 422)
    try:
        with membership.password_slot():
            _check_password(form.current_password)
            password_hash = hash_password(form.password.data)
            membership.change_password(member, password_hash)
            db.session.commit()
    except Refused as refused:
        add_errors(form, {"current_password": str(refused)})
        return _page(form, refused.status, refused.headers)
    flash(_("Your password is changed. You are logged out everywhere else."))
    return known_browsers.remember(redirect(url_for(".show"), 303), member)


@blueprint.post("/logins/delete")
@guards.member_required
def logins():
    membership.log_out_everywhere(guards.reader())
    db.session.commit()
    sessions.end_session()
    flash(_("You are logged out everywhere."))
    return redirect(url_for("logins.new"), 303)


@blueprint.get("/leaving")
@guards.member_required
def leaving():
    return _leaving(LeavingForm())


@blueprint.post("/leaving")
@rates.limited("10 per minute")
@without_write_lock
@password_queue.queued
@guards.member_required
def leave():
    form = LeavingForm()
    if not form.validate():
        return _leaving(form, 422)
    try:
        with membership.password_slot():
            _check_password(form.password)
            membership.leave(guards.reader())
            db.session.commit()
    except Refused as refused:
        add_errors(form, {"password": str(refused)})
        return _leaving(form, refused.status, refused.headers)
    sessions.end_session()
    flash(_("You have left. Thank you for having been with us."))
    return redirect("/", 303)


def _check_password(field: Any) -> None:
    """Check that a field holds the member's password. Holds no transaction while it is hashed, nor after.

    :raises Refused: it does not, or there were too many wrong ones
    """
    take_write_lock()
    member = guards.reader()
    secret = current_app.config["SECRET_KEY"]
    attempt = Attempt.of(member, member.username, rates.sender(), secret, known=True)
    login_limits.count(attempt)
    db.session.commit()
    if not membership.has_password(member, field.data):
        raise Refused(_("The password is not right."))
    login_limits.forget(attempt)
    db.session.commit()


def _page(form: PasswordForm, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    drop_write_lock()
    return render_template("account/show.html", form=form, member=guards.reader()), status, headers or {}


def _leaving(form: LeavingForm, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    drop_write_lock()
    return render_template("account/leaving.html", form=form, member=guards.reader()), status, headers or {}
