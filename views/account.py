"""A member's own page: stored data, password, logins, leaving."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db, end_transaction
from domain.neighbours import membership
from forms import LeavingForm, PasswordForm, VisibilityForm, add_errors
from lib.web.passwords import hash_password
from models import Refused, now
from views.web import guards, page_cache, rates, sessions

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
@guards.member_required
def password():
    form, member = PasswordForm(), guards.reader()
    form.names = (member.username, member.nickname, member.email)
    if not form.validate():
        return _page(form, 422)
    if status := _check_password(form, "current_password"):
        return _page(form, status)
    end_transaction()
    password_hash = hash_password(form.password.data)
    membership.change_password(member, password_hash)
    db.session.commit()
    flash(_("Your password is changed. You are logged out everywhere else."))
    return redirect(url_for(".show"), 303)


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
@guards.member_required
def leave():
    form = LeavingForm()
    if not form.validate():
        return _leaving(form, 422)
    if status := _check_password(form, "password"):
        return _leaving(form, status)
    membership.leave(guards.reader())
    db.session.commit()
    sessions.end_session()
    flash(_("You have left. Thank you for having been with us."))
    return redirect("/", 303)


def _check_password(form: Any, field: str) -> int:
    """0 if the field holds the member's password, else the status to show the form again with."""
    member = guards.reader()
    try:
        membership.count_attempt(member.username)
    except Refused as refused:
        add_errors(form, {field: str(refused)})
        return refused.status
    db.session.commit()
    if membership.has_password(member, form[field].data):
        return 0
    add_errors(form, {field: _("The password is not right.")})
    return 422


def _page(form: PasswordForm, status: int = 200) -> Any:
    return render_template("account/show.html", form=form, member=guards.reader()), status


def _leaving(form: LeavingForm, status: int = 200) -> Any:
    return render_template("account/leaving.html", form=form, member=guards.reader()), status
