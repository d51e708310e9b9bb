"""Joining."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _

from database import db
from domain.neighbours import membership
from forms import JoinForm, add_errors
from lib.web.passwords import hash_password
from models import Member
from views.web import guards

blueprint = Blueprint("members", __name__, url_prefix="/join")
blueprint.after_request(guards.private)


@blueprint.get("")
@guards.rated("60 per minute")
def new():
    if guards.reader():
        return redirect(guards.onward(), 303)
    form = JoinForm(next=guards.onward())
    guards.new_captcha(form)
    return _page(form)


@blueprint.post("")
@guards.rated("30 per minute")
def create():
    if guards.reader():
        return redirect(guards.onward(), 303)
    form = JoinForm()
    if status := guards.check_form(form):
        return _page(form, status)
    password_hash = hash_password(form.password.data or "")  # slow: before the write lock is taken
    if problems := membership.problems(*form.names):
        return _refuse(form, problems)
    if status := guards.check_captcha(form):
        return _page(form, status)
    try:
        member = membership.join(*form.names, password_hash)
    except membership.Unfit as unfit:
        return _refuse(form, unfit.problems)
    return _welcome(member)


def _refuse(form: JoinForm, problems: dict[str, str]) -> Any:
    if member := membership.just_joined(*form.names, form.password.data or ""):
        return _welcome(member)
    add_errors(form, problems)
    guards.keep_captcha(form)
    return _page(form, 422)


def _welcome(member: Member) -> Any:
    nickname = member.nickname
    token = membership.log_in(member, member.username, remember=False)
    db.session.commit()
    guards.start_session(member, token)
    flash(_("Welcome, %(nickname)s. You have joined and are logged in.", nickname=nickname))
    return redirect(guards.onward(), 303)


def _page(form: JoinForm, status: int = 200) -> Any:
    return render_template("members/new.html", form=form), status
