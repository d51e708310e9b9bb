"""Who is online, and the beats that count them."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request, session
from flask_babel import gettext as _
from limits import RateLimitItem, RateLimitItemPerMinute
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, TimeoutError

from database import end_transaction, visitors_transaction
from domain.counter import beats, pages, presences, statistics, tallies, visitors
from domain.counter.beats import Arrival, Beat, BeatCounter
from domain.counter.identities import Browser
from lib.text import plain
from lib.web import agents, robots
from models import today
from views.web import csrf, guards, page_cache, rates, write_lock
from views.web.page_context import page_context

blueprint = Blueprint("visitors", __name__, url_prefix="/visitors")

LONGEST_BEAT = 4096  # bytes
WAIT_MS = 2000  # how long a beat waits for the lock; then it is not counted
RETRY = 5  # seconds after which the browser sends an uncounted beat again
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
ROBOT_BEATS = RateLimitItemPerMinute(30)


@blueprint.get("")
def index() -> str:
    window = current_app.config["SETTINGS"].presence_minutes
    hours = statistics.bars(statistics.period("hour", today()))
    return render_template(
        "visitors/index.html",
        people=presences.online(window),
        page_titles=_page_titles(),
        window=window,
        hours=hours,
        imported=visitors.imported(),
    )


@blueprint.post("/beat")
@csrf.csrf.exempt
@write_lock.without_write_lock
def beat() -> Any:
    request.max_content_length = LONGEST_BEAT
    if (request.content_length or 0) > LONGEST_BEAT:
        abort(413)
    fields = _fields()
    try:
        return _uncached(jsonify(_count(fields)))
    except (OperationalError, TimeoutError):
        return _uncached(Response(status=204))


@blueprint.get("/pixel.gif")
def pixel() -> Response:
    """The beat of a browser without scripts."""
    try:
        _count({"post": request.args.get("post", "")})
    except (OperationalError, TimeoutError, ValueError):
        current_app.logger.info("a pixel was not counted")
    return _uncached(Response(PIXEL, mimetype="image/gif"))


def _count(fields: dict[str, Any]) -> dict[str, Any]:
    """Count the beat if it counts. Return the numbers after it."""
    beat, robot = _read_beat(fields), _robot()
    end_transaction()  # no snapshot of the news is held while the beat waits for its lock
    try:
        with visitors_transaction(WAIT_MS) as connection:
            when = visitors.moment()  # after the wait: midnight may have passed
            is_changed = _write(connection, beat, when, robot, _text(fields, "day"))
            numbers = _numbers(connection, beat.post_id, when)
    except (OperationalError, TimeoutError) as error:  # busy: page and numbers work without this beat
        current_app.logger.info("a beat was not counted: %s", error.__class__.__name__)
        return _numbers(None, beat.post_id, visitors.moment()) | {"again": RETRY}
    if is_changed:
        page_cache.invalidate_pages()
    return numbers


def _numbers(connection: Connection | None, post_id: int | None, when: visitors.Moment) -> dict[str, Any]:
    window = current_app.config["SETTINGS"].presence_minutes
    return vars(visitors.counts(window, post_id or 0, connection, when)) | {"day": when.day.isoformat()}


def _write(connection: Connection, beat: Beat, when: visitors.Moment, robot: str, number_day: str) -> bool:
    """Count the beat unless it is a robot's, prefetched or foreign. Return whether a number may have changed.

    :param robot: the name of the robot that sends the beat; "" for a person's browser
    :param number_day: the day the browser's number was made for. If it is another day's, the beat is not
        counted: the browser learns the day from the answer and sends the beat again with a new number.
    """
    if request.method == "HEAD" or _is_prefetch() or csrf.is_foreign():
        return False
    if robot:
        if _is_within_rate(ROBOT_BEATS, "robots"):
            beats.count_robot(connection, robot)
        return False
    if number_day not in ("", when.day.isoformat()):
        return False
    settings = current_app.config["SETTINGS"]
    new_visitors = RateLimitItemPerMinute(settings.new_visitors_per_minute)
    counter = BeatCounter(connection, current_app.config["SECRET_KEY"], settings.presence_minutes, when)
    return counter.count(beat, pages.section_of, lambda: _is_within_rate(new_visitors, "new-visitors"))


def _read_beat(fields: dict[str, Any]) -> Beat:
    member = guards.reader()
    agent = request.headers.get("User-Agent", "")
    path = pages.public_path(_text(fields, "path") or _referring_path())
    return Beat(
        Browser(_text(fields, "visitor"), _text(fields, "previous"), rates.address(), agent),
        member_id=member.id if member else None,
        is_editor=bool(member and member.is_editor),
        path=path,
        post_id=plain.number(_text(fields, "post")) or pages.post_id_in(path),
        words=tallies.searchable(_text(fields, "query")),
        arrival=_arrival(fields, agent),
    )


def _arrival(fields: dict[str, Any], agent: str) -> Arrival:
    referrer = agents.host(_text(fields, "referrer"))
    own_hosts = {agents.host(request.host), agents.host(current_app.config["SETTINGS"].site_url)}
    return Arrival(
        agents.device(agent),
        agents.language(request.headers.get("Accept-Language", "")),
        "" if referrer in own_hosts else referrer,
    )


def _fields() -> dict[str, Any]:
    """The fields of a form or of JSON, whatever the content type; {} if they cannot be read."""
    body = request.get_data()
    if request.is_json or body.lstrip().startswith(b"{"):
        try:
            fields = json.loads(body)
        except (ValueError, RecursionError):
            return {}
        return fields if isinstance(fields, dict) else {}
    if request.mimetype == "text/plain":
        return dict(parse_qsl(body.decode("utf-8", "replace")))
    return request.form.to_dict()


def _referring_path() -> str:
    try:
        return urlsplit(request.referrer or "").path
    except ValueError:
        return ""


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _is_within_rate(limit: RateLimitItem, name: str) -> bool:
    return rates.limiter().hit(limit, name, rates.sender())


def _robot() -> str:
    """The name that a robot gives itself; "" for a person's browser."""
    agent = request.headers.get("User-Agent", "").strip()
    if not agent:
        return _("(without a name)")
    return plain.line(robots.name_of(agent))[:60]


def _is_prefetch() -> bool:
    """Whether a browser fetched this before anybody opened the page."""
    purposes = " ".join(request.headers.get(name, "").lower() for name in PREFETCH_HEADERS)
    return any(word in purposes for word in ("prefetch", "prerender", "preview"))


def _uncached(response: Response) -> Response:
    """Forbid caching, and send no cookie: not even a renewed one."""
    session.modified = False
    response.headers["Cache-Control"] = "no-store"
    return response


def _page_titles() -> dict[str, Any]:
    """Titles by path, of the pages that are neither article nor section."""
    named = {"/": _("Front page"), "/visitors": _("Who is here now"), "/tips/new": _("Send us a tip")}
    return dict(page_context().pages) | named | {"/pages/how-we-count": _("How we count")}
