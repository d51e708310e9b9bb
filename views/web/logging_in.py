"""The last step of logging in, with or without a second one."""

from typing import Any

from flask import flash, redirect, request, session
from flask_babel import gettext as _

from database import db
from domain.neighbours import consents, login_notices, membership, pending_logins, two_step
from domain.paper import pages
from lib.web import agents
from lib.web.addresses import with_query
from models import Member
from views.web import guards, known_browsers, sessions
from views.web.write_lock import drop_write_lock

PENDING = "pending_login"  # key of the session: the token of a login whose second step is missing


def begin(member: Member, *, remember: bool) -> Any:
    """Log in a member whose password was right, or ask for the second step. The transaction may write.

    :raises Refused: the account is closed
    """
    if not two_step.is_on(member):
        return finish(member, remember=remember)
    token = pending_logins.begin(member, remember=remember)
    db.session.commit()
    session[PENDING] = token
    return redirect(sessions.with_next("/login/second-step"), 303)


def finish(member: Member, *, remember: bool) -> Any:
    """Start the login, in place of one that the browser had, and go on to `next`.

    The member is told by mail if the browser is a new one.

    :raises Refused: the account is closed
    """
    if previous := guards.reader():
        membership.log_out(previous.login_token)
    device = agents.kind(request.user_agent.string)
    token = membership.log_in(member, remember=remember, device=device)
    if not known_browsers.knows(member):
        login_notices.tell_of_new_browser(member, device)
    db.session.commit()
    drop_write_lock()
    sessions.start_session(member, token, remember=remember)
    _tell_of_change(member)
    return known_browsers.remember(redirect(_next_path(member), 303), member)


def _next_path(member: Member) -> str:
    """Where the login leads: to newer terms first, and from there to `next`."""
    path = sessions.next_path()
    return with_query(consents.ADDRESS, next=path) if consents.due(member) else path


def _tell_of_change(member: Member) -> None:
    """Say that the terms or the privacy policy will change, before they do."""
    if not member.is_editor and (page := pages.next_change()):
        day = pages.day_of_effect(page).isoformat()
        flash(
            _(
                "“%(title)s” changes on %(day)s. What is new stands on the page “Consents”.",
                title=page.title,
                day=day,
            )
        )
