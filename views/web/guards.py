"""Who is asking, and who may pass: members, the editor."""

import functools
from collections.abc import Callable
from typing import Any

from flask import Response, abort, redirect, request, url_for
from flask_login import current_user

from models import Member

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def reader() -> Member | None:
    """Return the member who is logged in; None for a guest."""
    user = current_user._get_current_object()  # type: ignore[attr-defined]
    return user if user.is_authenticated else None


def member_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view for members: guests are asked to log in. What a guest typed is kept (see errors.py)."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if reader() else _ask_to_log_in()

    return guarded


def require_editor() -> Response | None:
    """Before a request to the desk: guests are asked to log in, members get 403."""
    member = reader()
    if member is None:
        return _ask_to_log_in()
    if not member.is_editor:
        abort(403)
    return None


def _ask_to_log_in() -> Response:
    if request.method not in SAFE_METHODS:
        abort(401)
    return redirect(url_for("logins.new", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
