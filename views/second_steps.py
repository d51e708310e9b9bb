"""The second step of a login: the code of an authenticator, or a recovery code."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, session
from flask_babel import gettext as _

from database import db
from domain.neighbours import login_limits, pending_logins, two_step
from domain.neighbours.login_limits import Attempt
from forms import add_errors
from models import Member, Refused
from views.web import guards, known_browsers, logging_in, page_cache, rates, sessions
from views.web.account_forms import CodeForm
from views.web.write_lock import drop_write_lock

blueprint = Blueprint("second_steps", __name__, url_prefix="/login/second-step")
blueprint.after_request(page_cache.private)


@blueprint.get("")
def new() -> Any:
    if _pending():
        return _page(CodeForm(next=sessions.next_path()))
    if guards.reader():
        return redirect(sessions.next_path(), 303)
    return redirect(sessions.with_next("/login"), 303)


@blueprint.post("")
@rates.limited("60 per minute")
def create() -> Any:
    form, pending = CodeForm(), _pending()
    if pending is None:
        flash(_("Too much time has passed. Please log in again."), "error")
        return redirect(sessions.with_next("/login"), 303)
    login, member = pending
    if not form.validate():
        return _page(form, 422)
    try:
        if not _is_right(member, form.code.data or ""):
            return _page(form, 422, _("The code is not right, or it has been used."))
        pending_logins.end_all(member)
        return logging_in.finish(member, remember=login.remember)
    except Refused as refused:
        return _page(form, refused.status, str(refused), refused.headers)


def _pending() -> Any:
    """The pending login of this browser, with its member; None if there is none."""
    return pending_logins.find(session.get(logging_in.PENDING, ""))


def _is_right(member: Member, code: str) -> bool:
    """Whether a code is right, which is then used up. A wrong one is counted and committed.

    :raises Refused: there were too many wrong codes
    """
    secret, known = current_app.config["SECRET_KEY"], known_browsers.knows(member)
    attempt = Attempt.of_code(member, rates.sender(), secret, known=known)
    login_limits.count(attempt)
    if two_step.use(member, code):
        login_limits.forget(attempt)
        return True
    db.session.commit()
    return False


def _page(form: CodeForm, status: int = 200, error: str = "", headers: dict[str, str] | None = None) -> Any:
    drop_write_lock()
    if error:
        form.code.data = ""
        add_errors(form, {"code": error})
    return render_template("logins/second_step.html", form=form), status, headers or {}
