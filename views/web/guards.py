"""Who may pass: CSRF, rates, logins, the editor. And the write lock for every request that may change something."""

import functools
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from limits import RateLimitItem, parse, parse_many
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

import database
from database import db, visitors_transaction, write_intent
from domain.counter import visitors
from domain.neighbours import captchas
from domain.reading.content_version import ContentVersion
from lib.web.addresses import block_of, local_path
from lib.web.body_limit import CROWDED
from lib.web.page_cache import PageCache
from models import Login, Member

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CAPTCHA_WAIT_MS = 1000
LOGOUT_WAIT_MS = 300
MOST_WORDS = 1_000_000  # bytes of a reader's form; far beyond any text that would be taken
WRONG_CAPTCHAS = parse("10 per 10 minutes")


csrf = CSRFProtect()
logins = LoginManager()
logins.session_protection = None  # type: ignore[assignment] # a phone changes its address all day


class Sessions(SecureCookieSessionInterface):
    """What is public is the same for everybody: it carries no cookie and does not vary with one, so a login empties no cache.
    Whatever else somebody with a session is sent, a proxy on the way does not keep for others."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if response.cache_control.public:
            return
        if session:
            private(response)
            if not self.should_set_cookie(app, session):
                if session.accessed:
                    response.vary.add("Cookie")
                return  # before all that a cookie is made of is looked up
        super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
    app.before_request(_turn_away_from_a_crowd)
    app.before_request(_bound_words)
    app.before_request(_refuse_json)
    app.before_request(_take_write_lock)
    app.teardown_request(_drop_write_lock)
    csrf.init_app(app)
    app.extensions["rates"] = FixedWindowRateLimiter(storage_from_string(app.config["SETTINGS"].rate_storage))
    logins.init_app(app, add_context_processor=False)  # pages ask `reader`


@logins.user_loader
def _load(token: str) -> Member | None:
    login = Login.find(token)
    if login is None:
        return None
    login.member.login_token = token
    return login.member


def address() -> str:
    """Where the request came from, proxies of ours left out."""
    return request.remote_addr or "127.0.0.1"


def sender() -> str:
    """Whom a rate is counted for: an address, or all those that one household is given."""
    return block_of(address())


def rates() -> FixedWindowRateLimiter:
    """How often something was done, by name and sender."""
    return current_app.extensions["rates"]


def rated(limits: str, whom: Callable[[], str] = sender, scope: str = "") -> Callable[..., Any]:
    """A view that one sender may ask for only so often; beyond that 429, with the seconds until it is open again.

    :param limits: as in "10 per minute; 60 per hour"
    :param scope: a name that several views share, where they are counted together
    """
    items = parse_many(limits)

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        name = scope or f"{view.__module__}.{view.__qualname__}"

        @functools.wraps(view)
        def limited(*args: Any, **kwargs: Any) -> Any:
            sent_by = whom()
            for item in items:
                if not rates().hit(item, name, sent_by):
                    abort(429, retry_after=_seconds_left(item, name, sent_by))
            return view(*args, **kwargs)

        return limited

    return mark


def _seconds_left(item: RateLimitItem, *whose: str) -> int:
    return max(1, round(rates().get_window_stats(item, *whose).reset_time - time.time()))


def reader() -> Member | None:
    """The member who is asking, or none for a guest."""
    if not request.cookies and not session:  # nobody has logged in just now either
        return None
    user = current_user._get_current_object()  # type: ignore[attr-defined]
    return user if user.is_authenticated else None


def member_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Guests are asked to log in; what a guest has typed is kept (see errors)."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if reader() else _ask_to_log_in()

    return guarded


def editor_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Only the editor: guests are asked to log in, members get 403."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        member = reader()
        if member is None:
            return _ask_to_log_in()
        if not member.is_editor:
            abort(403)
        return view(*args, **kwargs)

    return guarded


def without_write_lock(view: Callable[..., Any]) -> Callable[..., Any]:
    """For a POST whose own slow work, or own transaction, must not hold up the news."""
    view.without_write_lock = True  # type: ignore[attr-defined]
    return view


def kept_for_guests(*query: str) -> Callable[..., Any]:
    """A GET that is one page for all guests, which may be kept (lib/web/page_cache.py).

    :param query: the keys of the address's query that change the page; it is made without any others
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.kept_query = frozenset(query)  # type: ignore[attr-defined]
        return view

    return mark


def keep_pages(app: Flask, changes: Callable[[], int | None]) -> None:
    """Put the kept pages in front of the app. What an address tells of itself is in a page only where the settings do not say it.

    :param changes: another number after every commit to the news
    """
    settings = app.config["SETTINGS"]
    if not settings.page_cache_megabytes:
        return
    with app.app_context():
        edition = ContentVersion(db.engine, changes)
    origin = ("HTTP_HOST", "wsgi.url_scheme")
    forwarded = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO") if settings.proxies else ()
    app.wsgi_app = app.extensions["kept_pages"] = PageCache(  # type: ignore[method-assign]
        app.wsgi_app,
        edition,
        _kept_query_of(app),
        personal=(app.config["SESSION_COOKIE_NAME"], app.config["REMEMBER_COOKIE_NAME"]),
        origin=() if settings.site_url else (*origin, *forwarded),
        most_bytes=settings.page_cache_megabytes * 1_000_000,
    )


def renew_kept_pages() -> None:
    """The numbers on every page are others now. Called when that is committed."""
    if kept := current_app.extensions.get("kept_pages"):
        kept.touch()


def _kept_query_of(app: Flask) -> Callable[[str], frozenset[str] | None]:
    """What `kept_for_guests` says of the view at a path; none where pages are not kept."""
    addresses = app.url_map.bind("")

    @functools.lru_cache(maxsize=2048)
    def find(path: str) -> frozenset[str] | None:
        try:
            endpoint, _values = addresses.match(path.encode("latin-1").decode(), method="GET")
        except (HTTPException, RequestRedirect, UnicodeError):
            return None
        return getattr(app.view_functions[endpoint], "kept_query", None)

    return find


def take_write_lock() -> None:
    """From here on a view `without_write_lock` writes: its slow work is done, and what it has read is read again."""
    database.end_transaction()
    database.write_intent.set(True)


def drop_write_lock() -> None:
    """Nothing will be written after all: others may, while the page is made."""
    database.end_transaction()
    database.write_intent.set(False)


def start_session(member: Member, token: str, *, remember: bool = False) -> None:
    """Make this browser the member's, after the login was committed. Of the guest's session only the CSRF token stays:
    what was typed in another tab before logging in can still be sent.
    """
    kept = {name: session[name] for name in ("csrf_token",) if name in session}
    session.clear()
    session.update(kept)
    member.login_token = token
    login_user(member, remember=remember)


def end_session() -> None:
    """Forget who this browser's person is, after the login was ended."""
    if member := reader():
        _end_connection(member.id)
    session.clear()
    logout_user()


def onward() -> str:
    """Where a person goes once logged in: `next`, if it is an address of ours and not the door itself."""
    path = local_path(request.form.get("next") or request.args.get("next"))
    return "/" if path.partition("?")[0].rstrip("/") in ("/login", "/join", "/logout") else path


def private(response: Response) -> Response:
    """For pages made for one person: nobody keeps them for another."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def issue_captcha() -> str:
    """The key of new digits to copy."""
    with visitors_transaction(CAPTCHA_WAIT_MS) as connection:
        return captchas.issue(connection)


def new_captcha(form: Any, complaint: str = "") -> None:
    """Put new digits into a form with CaptchaFields."""
    form.ask(issue_captcha(), complaint)


def keep_captcha(form: Any) -> None:
    """Leave the digits of a form as they are, if they can still be answered."""
    if captchas.find(form.captcha_key.data or "") is None:
        new_captcha(form)


def check_form(form: Any) -> int:
    """0 where a form with CaptchaFields is well filled in but for the digits; else the status to show it again with."""
    if form.renew.data:
        new_captcha(form)
        return 200
    if not form.validate():
        keep_captcha(form)
        return 422
    return 0


def check_captcha(form: Any) -> int:
    """0 where the digits are right, and now spent; else the status to show the form again with, new digits in it."""
    whose = sender()
    if not rates().test(WRONG_CAPTCHAS, "captcha", whose):
        new_captcha(form, _("The digits were wrong too often. Please wait ten minutes and try again."))
        return 429
    with visitors_transaction(CAPTCHA_WAIT_MS) as connection:
        if captchas.check(connection, form.captcha_key.data or "", form.captcha.data or ""):
            return 0
    rates().hit(WRONG_CAPTCHAS, "captcha", whose)
    new_captcha(form, _("The digits were not right, or too much time had passed. Please enter the new ones."))
    return 422


def _end_connection(member_id: int) -> None:
    browser = visitors.Browser("", "", address(), request.headers.get("User-Agent", ""))
    with suppress(OperationalError, TimeoutError), visitors_transaction(LOGOUT_WAIT_MS) as connection:
        visitors.log_out(connection, browser, member_id, current_app.config["SECRET_KEY"])


def _ask_to_log_in() -> Response:
    if request.method not in SAFE_METHODS:
        abort(401)
    return redirect(url_for("logins.new", next=request.full_path.rstrip("?")))  # type: ignore[return-value]


def _turn_away_from_a_crowd() -> None:
    if request.environ.get(CROWDED):
        abort(503)


def _bound_words() -> None:
    """A form is taken apart whole, before anything is known of its sender: seconds of work for each few megabytes of words.

    Files are sent to the desk only.
    """
    if not (request.endpoint or "").startswith("desk"):
        request.max_content_length = MOST_WORDS
    elif request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def _refuse_json() -> None:
    """Forms would be filled in from it, and its values need not be text. Only beats may come so."""
    if (
        request.is_json
        and request.method not in SAFE_METHODS
        and request.endpoint not in (None, "visitors.beat")
    ):
        abort(415)


def _take_write_lock() -> None:
    changes = request.method not in SAFE_METHODS
    view = current_app.view_functions.get(request.endpoint or "") if changes else None
    g.write_lock = write_intent.set(changes and not getattr(view, "without_write_lock", False))


def _drop_write_lock(_error: BaseException | None) -> None:
    if token := g.pop("write_lock", None):
        write_intent.reset(token)
