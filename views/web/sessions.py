"""Logging a browser in and out. A login is a row; the cookie holds its random token."""

from contextlib import suppress

from flask import Flask, Response, current_app, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy.exc import OperationalError, TimeoutError

from database import visitors_transaction
from domain.counter import beats
from domain.counter.identities import Browser
from lib.web.addresses import local_path, with_query
from models import Login, Member
from views.web.guards import reader
from views.web.page_cache import private
from views.web.rates import address

NO_DESTINATIONS = ("/login", "/login/second-step", "/join", "/logout")
LOGOUT_WAIT_MS = 300  # for the visitors database: a logout does not wait for the counter

logins = LoginManager()
# Not tied to an address: a phone changes its address all day.
logins.session_protection = None  # pyright: ignore[reportAttributeAccessIssue]


class Sessions(SecureCookieSessionInterface):
    """Public responses carry no cookie and do not vary with one; responses to a session are private."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if response.cache_control.public:
            return
        if session:
            private(response)
        super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
    logins.init_app(app)


@logins.user_loader
def _load(token: str) -> Member | None:
    member = Login.member_of(token)
    if member is not None:
        member.login_token = token
    return member


def start_session(member: Member, token: str, *, remember: bool = False) -> None:
    """Log this browser in, after the login was committed.

    Of the guest's session only the CSRF token stays: a form opened in another tab before can still be sent.
    """
    csrf_token = session.get("csrf_token")
    session.clear()
    if csrf_token:
        session["csrf_token"] = csrf_token
    member.login_token = token
    login_user(member, remember=remember)


def end_session() -> None:
    """Log this browser out, after the login was deleted."""
    if member := reader():
        _end_presence(member.id)
    session.clear()
    logout_user()


def next_path() -> str:
    """Return where a person goes once logged in: `next`, if it is a path of this site and no login page."""
    path = local_path(request.form.get("next") or request.args.get("next"))
    return "/" if path.partition("?")[0].rstrip("/") in NO_DESTINATIONS else path


def with_next(path: str) -> str:
    """Return an address of logging in that goes on to `next` of this request."""
    following = next_path()
    return with_query(path, next=following if following != "/" else None)


def _end_presence(member_id: int) -> None:
    """Take the member out of the list of those who are here, unless the counter is too busy."""
    browser = Browser(address=address(), agent=request.headers.get("User-Agent", ""))
    with suppress(OperationalError, TimeoutError), visitors_transaction(LOGOUT_WAIT_MS) as connection:
        beats.log_out(connection, browser, member_id, current_app.config["SECRET_KEY"])
