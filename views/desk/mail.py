"""메일: whether it is on, what waits, what was given up, and a letter to try it with."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db, end_transaction
from domain.keeping import activity
from domain.mail import dead_letters, outbox, sending, settings
from domain.mail.smtp import MailFailure
from views.desk.forms import TestLetterForm
from views.web import guards, rates
from views.web.write_lock import drop_write_lock, without_write_lock

blueprint = Blueprint("desk_mail", __name__, url_prefix="/desk/mail")
blueprint.add_app_template_global(dead_letters.count, "dead_letters")  # for the menu of the desk


@blueprint.get("")
def index() -> Any:
    return _page(TestLetterForm(formdata=None, email=guards.reader().email))


@blueprint.post("/tests")
@rates.limited("10 per minute")
@without_write_lock
def test() -> Any:
    """Send a letter now, and say what became of it. The one request that waits for the mail server."""
    form = TestLetterForm()
    if not form.validate():
        return _page(form), 422
    end_transaction()
    try:
        sending.send_test(settings.current(), form.email.data)
    except MailFailure as failure:
        drop_write_lock()
        form.email.errors = [str(failure)]
        return _page(form), 422
    flash(_("The mail server has taken the letter to %(address)s.", address=form.email.data))
    return _index()


@blueprint.post("/<int:id>/attempts")
def retry(id: int) -> Any:
    dead_letters.retry(dead_letters.find(id))
    _record("mail-tried-again")
    db.session.commit()
    return _index()


@blueprint.post("/attempts")
def retry_all() -> Any:
    dead_letters.retry_all()
    _record("mail-tried-again")
    db.session.commit()
    return _index()


@blueprint.post("/<int:id>/deletion")
def destroy(id: int) -> Any:
    dead_letters.discard(dead_letters.find(id))
    _record("mail-deleted")
    db.session.commit()
    return _index()


def _page(form: TestLetterForm) -> str:
    return render_template(
        "desk/mail/index.html",
        form=form,
        settings=settings.current(),
        missing=dead_letters.missing(),
        editors=outbox.editors(),
        waiting=dead_letters.waiting(),
        given_up=dead_letters.given_up(),
    )


def _record(act: str) -> None:
    activity.record(guards.reader(), act, path=url_for("desk_mail.index"))


def _index() -> Any:
    return redirect(url_for("desk_mail.index"), 303)
