"""Browsers in which members have logged in before: others' wrong passwords do not hinder them.

Such a browser has a cookie that is sent to the login page only. It holds signed hashes, one for each of the
last members who logged in; all browsers of a member hold the same, so it tells nobody apart.
"""

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from domain.neighbours import membership
from domain.neighbours.login_limits import KNOWN_FOR
from models import Member

COOKIE = "maeul_known"
MEMBERS = 5  # of one browser


def knows(member: Member | None) -> bool:
    """Whether this browser has been logged in to the member's account, with the same password."""
    return member is not None and membership.browser_mark(member) in _marks()


def remember(response: Response, member: Member) -> Response:
    """Set the cookie, after a login."""
    mark = membership.browser_mark(member)
    marks = [mark, *(other for other in _marks() if other != mark)][:MEMBERS]
    response.set_cookie(
        COOKIE,
        _serializer().dumps(marks),
        max_age=KNOWN_FOR,
        path="/login",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _marks() -> list[str]:
    cookie = request.cookies.get(COOKIE, "")
    try:
        return _serializer().loads(cookie, max_age=int(KNOWN_FOR.total_seconds())) if cookie else []
    except (BadData, UnicodeError):
        return []


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known browser")
