"""Who is here now, and the beat that counts them."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawlerdetect import CrawlerDetect
from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request, session
from flask_babel import gettext as _
from limits import RateLimitItemPerMinute
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, TimeoutError

from database import end_transaction, visitors_transaction
from domain.counter import statistics, tallies, visitors
from lib.text import plain
from lib.web import agents
from models import Member
from views.web import csrf, guards, page_cache, rates, write_lock
from views.web.page_context import PAGE_TITLES

blueprint = Blueprint("visitors", __name__, url_prefix="/visitors")

LONGEST_BEAT = 4096  # bytes
WAIT_MS = 2000  # milliseconds a beat waits for other beats
RETRY = 5  # seconds until a beat that could not be counted is sent once more
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
KNOCKS = RateLimitItemPerMinute(30)
robots = CrawlerDetect()


@blueprint.get("")
def index() -> str:
    window = current_app.config["SETTINGS"].presence_minutes
    hours = statistics.bars(statistics.period("hour", visitors.today()))
    return render_template(
        "visitors/index.html",
        people=visitors.here(window),
        places=_places(),
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
    sent = _sent()
    try:
        return _unkept(jsonify(_count(sent)))
    except (OperationalError, TimeoutError):
        return _unkept(Response(status=204))


@blueprint.get("/pixel.gif")
def pixel() -> Response:
    """The beat of a browser without scripts."""
    try:
        _count({"post": request.args.get("post", "")})
    except (OperationalError, TimeoutError, ValueError):
        current_app.logger.info("a pixel was not counted")
    return _unkept(Response(PIXEL, mimetype="image/gif"))


def _count(sent: dict[str, Any]) -> dict[str, Any]:
    """Write the beat down, unless it is nobody's. Returns the numbers of the moment after it."""
    member, day = guards.reader(), visitors.today().isoformat()
    path = visitors.place(_text(sent, "path") or _referring_path())
    post_id = visitors.post_number(sent.get("post")) or visitors.post_at(path)
    end_transaction()  # nothing is held in the news while the counter waits for its turn
    try:
        with visitors_transaction(WAIT_MS) as connection:
            is_counted = _write(connection, sent, path, post_id, member, day)
            numbers = _numbers(connection, post_id, day)
    except (OperationalError, TimeoutError) as error:  # a busy database is nobody's problem
        current_app.logger.info("a beat was not counted: %s", error.__class__.__name__)
        return _numbers(None, post_id, day) | {"again": RETRY}
    if is_counted:
        page_cache.invalidate_pages()
    return numbers


def _numbers(connection: Connection | None, post_id: int | None, day: str) -> dict[str, Any]:
    counts, views = visitors.counts_and_views(
        connection, current_app.config["SETTINGS"].presence_minutes, post_id or 0
    )
    return vars(counts) | {"views": views, "day": day}


def _write(
    connection: Connection,
    sent: dict[str, Any],
    path: str,
    post_id: int | None,
    member: Member | None,
    day: str,
) -> bool:
    """Whether any number may be another one now."""
    if request.method == "HEAD" or _is_ahead() or _is_foreign():
        return False
    if name := _robot():
        if _may_knock():
            visitors.robot(connection, name)
        return False
    if _text(sent, "day") not in ("", day):
        return False  # a number of yesterday is told so, and comes again as a new one
    settings = current_app.config["SETTINGS"]
    keyed = {"secret": current_app.config["SECRET_KEY"], "window_minutes": settings.presence_minutes}
    agent = request.headers.get("User-Agent", "")
    browser = visitors.Browser(_text(sent, "visitor"), _text(sent, "previous"), rates.address(), agent)
    if member and member.is_editor:
        visitors.forget(connection, browser, **keyed)
        return True
    words = tallies.searchable(_text(sent, "query"))
    return visitors.beat(
        connection,
        browser,
        **keyed,
        member_id=member and member.id,
        post_id=post_id,
        path=path,
        words=words,
        arrival=_arrival(sent, agent),
        section_of=visitors.section_of,
        admit=_admit,
    )


def _arrival(sent: dict[str, Any], agent: str) -> visitors.Arrival:
    referrer = agents.host(_text(sent, "referrer"))
    ours = {agents.host(request.host), agents.host(current_app.config["SETTINGS"].site_url)}
    return visitors.Arrival(
        agents.device(agent),
        agents.language(request.headers.get("Accept-Language", "")),
        "" if referrer in ours else referrer,
    )


def _sent() -> dict[str, Any]:
    """The fields, from a form or from JSON, whatever it is called; nothing where they cannot be read."""
    body = request.get_data()
    if request.is_json or body.lstrip().startswith(b"{"):
        try:
            sent = json.loads(body)
        except (ValueError, RecursionError):
            return {}
        return sent if isinstance(sent, dict) else {}
    if request.mimetype == "text/plain":
        return dict(parse_qsl(body.decode("utf-8", "replace")))
    return request.form.to_dict()


def _referring_path() -> str:
    try:
        return urlsplit(request.referrer or "").path
    except ValueError:
        return ""


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _admit() -> bool:
    """Whether one more new visitor may come from this address in this minute."""
    limit = RateLimitItemPerMinute(current_app.config["SETTINGS"].new_visitors_per_minute)
    return rates.limiter().hit(limit, "new-visitors", rates.sender())


def _may_knock() -> bool:
    """Robots that knock without end are not written down without end."""
    return rates.limiter().hit(KNOCKS, "robots", rates.sender())


def _robot() -> str:
    """What the robot calls itself; empty for a person's browser."""
    agent = request.headers.get("User-Agent", "").strip()
    if not agent:
        return _("(without a name)")
    if not robots.is_crawler(agent):
        return ""
    apart = CrawlerDetect()  # which remembers what it found: not for several requests at once
    apart.is_crawler(agent)
    return plain.line(apart.get_matches() or "?")[:60]


def _is_ahead() -> bool:
    """Fetched before anybody asked to see it."""
    purposes = " ".join(request.headers.get(name, "").lower() for name in AHEAD)
    return any(word in purposes for word in ("prefetch", "prerender", "preview"))


def _is_foreign() -> bool:
    """Sent by another site's page: as the browser says, or by where it comes from."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in ("same-origin", "none")
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if not source:
        return False
    ours = {request.host.lower(), urlsplit(current_app.config["SETTINGS"].site_url).netloc.lower()}
    try:
        return urlsplit(source).netloc.lower() not in ours - {""}
    except ValueError:
        return True


def _unkept(answer: Response) -> Response:
    """Nobody keeps it, and it leaves no cookie, not even a renewed one."""
    session.modified = False
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _places() -> dict[str, Any]:
    """What pages without a title of their own are called."""
    pages = {f"/pages/{slug}": title for slug, title in PAGE_TITLES.items()}
    named = {"/": _("Front page"), "/visitors": _("Who is here now"), "/tips/new": _("Send us a tip")}
    return pages | named | {"/pages/how-we-count": _("How we count")}
