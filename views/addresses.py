"""A member's e-mail address: confirming it, having the link sent again, changing it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.mail import outbox
from domain.neighbours import confirming
from forms import add_errors
from models import Refused
from views.web import asked_password, guards, page_cache, password_queue, rates
from views.web.account_forms import AddressForm
from views.web.write_lock import drop_write_lock, take_write_lock, without_write_lock

blueprint = Blueprint("addresses", __name__)
blueprint.after_request(page_cache.private)
blueprint.after_request(page_cache.without_referrer)


def _member() -> str:
    member = guards.reader()
    return f"member {member.id}" if member else rates.sender()


@blueprint.get("/me/email")
@guards.member_required
def edit() -> Any:
    return _page(AddressForm())


@blueprint.post("/me/email")
@rates.limited("10 per minute; 30 per hour", _member)
@without_write_lock
@password_queue.queued
@guards.member_required
def update() -> Any:
    form = AddressForm()
    if not form.validate():
        return _page(form, 422)
    try:
        asked_password.check(form.password)
    except Refused as refused:
        add_errors(form, {"password": str(refused)})
        return _page(form, refused.status, refused.headers)
    try:
        take_write_lock()
        sentence = _change(form.email.data or "")
        db.session.commit()
    except Refused as refused:
        add_errors(form, {"email": str(refused)})
        return _page(form, refused.status, refused.headers)
    flash(sentence)
    return redirect(url_for(".edit"), 303)


@blueprint.post("/me/email/confirmation")
@rates.limited("10 per minute", _member)
@guards.member_required
def send_again() -> Any:
    member = guards.reader()
    if not confirming.is_unconfirmed(member):
        flash(_("Your address needs no confirmation."))
        return redirect(url_for(".edit"), 303)
    try:
        confirming.ask(member)
        db.session.commit()
    except Refused as refused:
        form = AddressForm(formdata=None)
        form.form_errors.append(str(refused))
        return _page(form, refused.status, refused.headers)
    flash(_("We have sent a mail to %(address)s. Its button confirms the address.", address=member.email))
    return redirect(url_for(".edit"), 303)


@blueprint.get("/email/<token>")
@rates.limited("60 per minute")
def confirmation(token: str) -> Any:
    """A page with a button: programs that open the links of mails confirm nothing."""
    try:
        _member, address = confirming.waiting(token)
    except Refused as refused:
        return _gone(refused)
    return render_template("addresses/confirmation.html", address=address)


@blueprint.post("/email/<token>")
@rates.limited("20 per minute")
def confirm(token: str) -> Any:
    try:
        member = confirming.confirm(token)
        db.session.commit()
    except Refused as refused:
        return _gone(refused)
    flash(_("The address %(address)s is confirmed.", address=member.email))
    return redirect(url_for(".edit") if guards.reader() else url_for("logins.new"), 303)


def _change(email: str) -> str:
    """Change the address, or send the link that does. Returns what the member is told.

    :raises Refused: see `confirming.request_change`
    """
    if not outbox.is_on():
        confirming.change_at_once(guards.reader(), email)
        return _("Your address is changed.")
    confirming.request_change(guards.reader(), email)
    return _("We have sent a mail to %(address)s. Its button makes the address yours.", address=email)


def _gone(refused: Refused) -> Any:
    drop_write_lock()
    return render_template("addresses/gone.html", sentence=str(refused)), refused.status


def _page(form: AddressForm, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    drop_write_lock()
    member = guards.reader()
    page = render_template(
        "addresses/edit.html", form=form, member=member, is_unconfirmed=confirming.is_unconfirmed(member)
    )
    return page, status, headers or {}
