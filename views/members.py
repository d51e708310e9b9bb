"""Joining."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _

from database import db
from domain.neighbours import membership
from forms import JoinForm, add_errors
from lib.web.passwords import hash_password
from models import Member
from views.web import captcha, guards, page_cache, rates, sessions

blueprint = Blueprint("members", __name__, url_prefix="/join")
blueprint.after_request(page_cache.private)


@blueprint.get("")
@rates.limited("60 per minute")
def new():
    if guards.reader():
        return redirect(sessions.next_path(), 303)
    form = JoinForm(next=sessions.next_path())
    captcha.new_captcha(form)
    return _page(form)


@blueprint.post("")
@rates.limited("30 per minute")
def create():
    if guards.reader():
        return redirect(sessions.next_path(), 303)
    form = JoinForm()
    if status := captcha.check_form(form):
        return _page(form, status)
    password_hash = hash_password(form.password.data or "")  # slow: before the write lock is taken
    if problems := membership.problems(*form.names):
        return _refuse(form, problems)
    if status := captcha.check_captcha(form):
        return _page(form, status)
    try:
        member = membership.join(*form.names, password_hash)
    except membership.NamesRefused as refused:
        return _refuse(form, refused.problems)
    return _welcome(member)


def _refuse(form: JoinForm, problems: dict[str, str]) -> Any:
    """Show the form with these problems, unless the names are taken by an earlier send of the same form."""
    if member := membership.just_joined(*form.names, form.password.data or ""):
        return _welcome(member)
    add_errors(form, problems)
    captcha.keep_captcha(form)
    return _page(form, 422)


def _welcome(member: Member) -> Any:
    nickname = member.nickname
    token = membership.log_in(member, member.username, remember=False)
    db.session.commit()
    sessions.start_session(member, token)
    flash(_("Welcome, %(nickname)s. You have joined and are logged in.", nickname=nickname))
    return redirect(sessions.next_path(), 303)


def _page(form: JoinForm, status: int = 200) -> Any:
    return render_template("members/new.html", form=form), status
