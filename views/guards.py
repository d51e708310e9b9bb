"""Who may pass: CSRF, rates, logins, the editor. And the write lock for every request that may change something."""

import functools
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect

from database import write_first
from models import Login, Member

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, headers_enabled=False)
logins = LoginManager()
logins.session_protection = None  # a phone changes its address all day


def init_app(app: Flask) -> None:
    app.before_request(_take_write_lock)
    app.teardown_request(_drop_write_lock)
    csrf.init_app(app)
    limiter.init_app(app)
    logins.init_app(app)


@logins.user_loader
def _load(token: str) -> Member | None:
    login = Login.find(token)
    if login is None:
        return None
    login.member.login_token = token
    return login.member


def reader() -> Member | None:
    """The member who is asking, or none for a guest."""
    return current_user._get_current_object() if current_user.is_authenticated else None  # type: ignore[attr-defined]


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


def _ask_to_log_in() -> Response:
    if request.method not in SAFE_METHODS:
        abort(401)
    return redirect(url_for("logins.new", next=request.full_path.rstrip("?")))  # type: ignore[return-value]


def _take_write_lock() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    g.write_lock = write_first.set(request.method not in SAFE_METHODS and not getattr(view, "without_write_lock", False))


def _drop_write_lock(_error: BaseException | None) -> None:
    if token := g.pop("write_lock", None):
        write_first.reset(token)
