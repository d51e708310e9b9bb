"""A member's own page, and the pages under it that change one thing each."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.neighbours import membership, nicknames, two_step
from forms import NicknameForm, NotificationsForm, PasswordForm, VisibilityForm, add_errors
from lib.web.passwords import hash_password
from models import Refused, now
from views.web import asked_password, guards, known_browsers, page_cache, password_queue, rates
from views.web.write_lock import drop_write_lock, without_write_lock

blueprint = Blueprint("account", __name__, url_prefix="/me")
blueprint.after_request(page_cache.private)


@blueprint.get("")
@guards.member_required
def show():
    member = guards.reader()
    return render_template("account/show.html", member=member, has_two_steps=two_step.is_on(member))


@blueprint.get("/nickname")
@guards.member_required
def nickname():
    return _nickname(NicknameForm(nickname=guards.reader().nickname))


@blueprint.post("/nickname")
@rates.limited("20 per hour")
@guards.member_required
def change_nickname():
    form, member = NicknameForm(), guards.reader()
    if not form.validate():
        return _nickname(form), 422
    try:
        nicknames.change(member, form.nickname.data)
    except Refused as refused:
        add_errors(form, {"nickname": str(refused)})
        return _nickname(form), refused.status
    db.session.commit()
    flash(_("Your nickname is changed, beside your older comments too."))
    return redirect(url_for(".show"), 303)


@blueprint.get("/notifications")
@guards.member_required
def notifications():
    form = NotificationsForm(obj=guards.reader())
    return render_template("account/notifications.html", form=form, member=guards.reader())


@blueprint.post("/notifications")
@guards.member_required
def choose_notifications():
    form, member = NotificationsForm(), guards.reader()
    member.wants_reply_mail = form.wants_reply_mail.data
    if member.is_editor:
        member.wants_digest = form.wants_digest.data
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for(".show"), 303)


@blueprint.get("/visibility")
@guards.member_required
def visibility():
    return render_template("account/visibility.html", member=guards.reader())


@blueprint.post("/visibility")
@guards.member_required
def change_visibility():
    member = guards.reader()
    member.shown_online_at = now() if VisibilityForm().shown_online.data else None
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for(".show"), 303)


@blueprint.get("/password")
@guards.member_required
def password():
    return _password(PasswordForm())


@blueprint.post("/password")
@rates.limited("10 per minute")
@without_write_lock
@password_queue.queued
@guards.member_required
def change_password():
    form, member = PasswordForm(), guards.reader()
    form.names = (member.username, member.nickname, member.email)
    if not form.validate():
        return _password(form, 422)
    try:
        asked_password.check(form.current_password)
        with membership.password_slot():
            password_hash = hash_password(form.password.data)
        membership.change_password(member, password_hash)
        db.session.commit()
    except Refused as refused:
        add_errors(form, {"current_password": str(refused)})
        return _password(form, refused.status, refused.headers)
    flash(_("Your password is changed. You are logged out everywhere else."))
    return known_browsers.remember(redirect(url_for(".show"), 303), member)


def _nickname(form: NicknameForm) -> str:
    member = guards.reader()
    return render_template(
        "account/nickname.html", form=form, member=member, free_at=nicknames.free_at(member)
    )


def _password(form: PasswordForm, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    drop_write_lock()
    return render_template("account/password.html", form=form, member=guards.reader()), status, headers or {}
