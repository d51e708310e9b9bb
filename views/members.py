"""Joining."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _

from database import db, end_transaction
from domain.neighbours import confirming, consents, join_limits, membership
from domain.paper import page_texts
from forms import JoinForm, add_errors
from lib.web import agents
from lib.web.addresses import keyed_hash
from lib.web.passwords import hash_password
from models import Member, Refused
from views.web import (
    captcha,
    form_age,
    guards,
    join_work,
    known_browsers,
    page_cache,
    password_queue,
    rates,
    sessions,
)
from views.web.write_lock import drop_write_lock, take_write_lock, without_write_lock

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
@without_write_lock
@password_queue.queued
def create():
    if guards.reader():
        return redirect(sessions.next_path(), 303)
    form = JoinForm()
    reserved = membership.reserved(*(name or "" for name in form.names))
    if status := captcha.check_form(form, reserved) or _check_person(form):
        return _page(form, status)
    try:
        with membership.password_slot():
            take_write_lock()
            member, token, status = _join(form)
    except membership.NamesRefused as refused:
        add_errors(form, refused.problems)
        captcha.new_captcha(form)
        return _page(form, 422)
    except Refused as refused:
        form.form_errors.append(str(refused))
        captcha.keep_captcha(form)
        return _page(form, refused.status, refused.headers)
    return _welcome(member, token) if member else _page(form, status)


def _check_person(form: JoinForm) -> int:
    """Return 0, or the status of a form that a program seems to have filled in. Its digits are not spent."""
    seconds = form_age.seconds_open(form.opened.data)
    if form.homepage.data:
        form.homepage.data = ""
        sentence = _("A field that nobody sees was filled in, perhaps by your browser. It is empty again: "
                     "please send the form once more.")  # fmt: skip
    elif seconds is None:
        sentence = _("This page was open for too long. Please send the form once more.")
    elif seconds < current_app.config["SETTINGS"].join_seconds:
        sentence = _(
            "The form was sent faster than people type. Please wait a few seconds and send it again."
        )
    else:
        return 0
    form.form_errors.append(sentence)
    captcha.keep_captcha(form)
    return 422


def _join(form: JoinForm) -> tuple[Member | None, str, int]:
    """The new member and the token of the login, or the status to show the form again with.

    The digits are spent before anything is said about the names of other members.

    :raises Refused: a name is taken, or too many have joined from this address
    """
    key, password = form.captcha_key.data or "", form.password.data or ""
    member = membership.just_joined(key, *form.names, password)  # two sends of one form
    if member is None:
        secret = current_app.config["SECRET_KEY"]
        sender = keyed_hash(rates.sender(), secret)
        join_limits.check(sender, _joins_per_day(form))
        end_transaction()
        if status := captcha.check_captcha(form):
            return None, "", status
        attempt = join_limits.count(sender, key)
        db.session.commit()
        password_hash = hash_password(password)
        wants_news = form.agree_news.data
        page_texts.keep(current_app.config["SETTINGS"], consents.REQUIRED)
        member = membership.join(*form.names, password_hash, secret=secret, wants_news=wants_news)
        attempt.member_id = member.id
        confirming.ask(member)
    token = membership.log_in(member, remember=False, device=agents.kind(request.user_agent.string))
    db.session.commit()
    return member, token, 0


def _joins_per_day(form: JoinForm) -> int:
    """How many may join in a day from the address that this form comes from."""
    most = current_app.config["SETTINGS"].joins_per_day
    is_done = join_work.is_done(form.work.data, form.captcha_key.data)
    return most if is_done else min(most, join_limits.WITHOUT_WORK)


def _welcome(member: Member, token: str) -> Any:
    drop_write_lock()
    sessions.start_session(member, token)
    flash(_("Welcome, %(nickname)s. You have joined and are logged in.", nickname=member.nickname))
    if confirming.is_unconfirmed(member):
        flash(_("We have sent a mail to %(address)s. Its button confirms the address.", address=member.email))
    return known_browsers.remember(redirect(sessions.next_path(), 303), member)


def _page(form: JoinForm, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    drop_write_lock()
    if form_age.seconds_open(form.opened.data) is None:
        form.opened.data = form_age.new_moment()
    key = form.captcha_key.data
    if not join_work.is_done(form.work.data, key):  # the digits are others now, or it took too long
        form.work.data = ""
    page = render_template("members/new.html", form=form, work=join_work.challenge(key))
    return page, status, headers or {}
