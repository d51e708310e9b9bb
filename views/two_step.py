"""Two-step login of a member: switching it on and off, new recovery codes."""

from typing import Any

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from database import db
from domain.neighbours import login_limits, membership, two_step
from domain.neighbours.login_limits import Attempt
from forms import add_errors
from models import Member, Paper, Refused
from views.web import asked_password, guards, page_cache, password_queue, rates
from views.web.account_forms import TwoStepForm
from views.web.write_lock import drop_write_lock, take_write_lock, without_write_lock

blueprint = Blueprint("two_step", __name__, url_prefix="/me/two-step")
blueprint.after_request(page_cache.never_stored)
SETUP_SECONDS = 3600  # between the page with the QR code and the code


@blueprint.get("")
@guards.member_required
def show() -> Any:
    return _page(TwoStepForm())


@blueprint.post("")
@rates.limited("10 per minute")
@without_write_lock
@password_queue.queued
@guards.member_required
def create() -> Any:
    """Switch it on. The recovery codes are on this answer only; other logins end."""
    form = TwoStepForm()
    if not (secret := _secret_of(form)):
        form.form_errors.append(_("This page was open for too long. Please scan the new picture."))
        return _page(form, 422)
    return _checked(form, lambda member: _switch_on(member, secret, form.code.data or ""))


@blueprint.post("/codes")
@rates.limited("10 per minute")
@without_write_lock
@password_queue.queued
@guards.member_required
def codes() -> Any:
    """Make new recovery codes, in place of the old ones."""
    form = TwoStepForm()
    return _checked(form, lambda member: _with_code(member, form, _renew))


@blueprint.post("/deletion")
@rates.limited("10 per minute")
@without_write_lock
@password_queue.queued
@guards.member_required
def delete() -> Any:
    form = TwoStepForm()
    return _checked(form, lambda member: _with_code(member, form, _switch_off))


def _checked(form: TwoStepForm, act: Any) -> Any:
    """Do something for the member whose password was typed; show the form again if it is refused."""
    if not form.validate():
        return _page(form, 422)
    field = "password"
    try:
        asked_password.check(form.password)
        field = "code"
        take_write_lock()
        answer = act(guards.reader())
    except Refused as refused:
        add_errors(form, {field: str(refused)})
        return _page(form, refused.status, refused.headers)
    return answer


def _switch_on(member: Member, secret: str, code: str) -> Any:
    shown = two_step.switch_on(member, secret, code)
    membership.log_out_elsewhere(member)
    db.session.commit()
    return _codes_page(shown)


def _renew(member: Member) -> Any:
    shown = two_step.renew_codes(member)
    db.session.commit()
    return _codes_page(shown)


def _switch_off(member: Member) -> Any:
    two_step.switch_off(member)
    db.session.commit()
    flash(_("Two-step login is off."))
    return redirect(url_for(".show"), 303)


def _with_code(member: Member, form: TwoStepForm, act: Any) -> Any:
    """Do something if the code is right, which is then used up. A wrong one is counted.

    :raises Refused: the code is wrong, or too many were
    """
    secret = current_app.config["SECRET_KEY"]
    attempt = Attempt.of_code(member, rates.sender(), secret, known=True)
    login_limits.count(attempt)
    if not two_step.use(member, form.code.data or ""):
        db.session.commit()
        raise Refused(_("The code is not right, or it has been used."))
    login_limits.forget(attempt)
    return act(member)


def _codes_page(codes: list[str]) -> Any:
    drop_write_lock()
    return render_template("two_step/codes.html", codes=codes)


def _page(form: TwoStepForm, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    drop_write_lock()
    form.code.data = ""
    member = guards.reader()
    if two_step.is_on(member):
        page = render_template("two_step/on.html", form=form, codes_left=two_step.codes_left(member))
        return page, status, headers or {}
    secret = _secret_of(form) or two_step.new_secret()
    form.setup_token.data = _serializer().dumps([member.id, secret])
    address = two_step.address(secret, member.username, Paper.get().name)
    picture = segno.make(address).svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    page = render_template("two_step/off.html", form=form, picture=picture, address=address, secret=groups)
    return page, status, headers or {}


def _secret_of(form: TwoStepForm) -> str:
    """The secret that this member's page showed; empty if there is none or it was long ago."""
    try:
        id, secret = _serializer().loads(form.setup_token.data or "", max_age=SETUP_SECONDS)
    except (BadData, UnicodeError, ValueError, TypeError):
        return ""
    return secret if id == guards.reader().id else ""


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="two-step login")
