"""Who is here now, and the beat that counts them."""

import base64
from typing import Any
from urllib.parse import urlsplit

from crawlerdetect import CrawlerDetect
from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request, session
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from limits import RateLimitItemPerMinute
from sqlalchemy.exc import OperationalError, TimeoutError

from database import release, visitors_transaction
from domain import visitors
from lib.addresses import block_of
from views import guards
from views.frame import PAGE_TITLES

blueprint = Blueprint("visitors", __name__, url_prefix="/visitors")

LONGEST_BEAT = 4096  # bytes
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
robots = CrawlerDetect()


@blueprint.get("")
def index() -> str:
    window = current_app.config["SETTINGS"].presence_minutes
    return render_template("visitors/index.html", people=visitors.here(window), places=_places(), window=window)


@blueprint.post("/beat")
@guards.csrf.exempt
@guards.without_write_lock
def beat() -> Any:
    request.max_content_length = LONGEST_BEAT
    if (request.content_length or 0) > LONGEST_BEAT:
        abort(413)
    sent = _sent()
    try:
        post_id = visitors.visible_post(sent.get("post"))
        day = visitors.today().isoformat()
        if sent.get("day") in (None, "", day):  # a number of yesterday is told so, and comes again as a new one
            _count(sent, post_id)
        release()  # whatever was read before the beat
        numbers = vars(visitors.counts(current_app.config["SETTINGS"].presence_minutes))
        views = visitors.views_of([post_id])[post_id] if post_id else 0
    except (OperationalError, TimeoutError):
        return _unkept(Response(status=204))
    return _unkept(jsonify(**numbers, views=views, day=day))


@blueprint.get("/pixel.gif")
def pixel() -> Response:
    """The beat of a browser without scripts."""
    try:
        _count({"path": urlsplit(request.referrer or "").path}, visitors.visible_post(request.args.get("post", "")))
    except (OperationalError, TimeoutError, ValueError):
        current_app.logger.info("a pixel was not counted")
    return _unkept(Response(PIXEL, mimetype="image/gif"))


def _count(sent: dict[str, Any], post_id: int | None) -> None:
    """Write the beat down, unless it is nobody's. A busy database is nobody's problem."""
    if request.method == "HEAD" or _is_robot() or _is_ahead() or _is_foreign():
        return
    member = guards.reader()
    agent = request.headers.get("User-Agent", "")
    browser = visitors.Browser(_text(sent, "visitor"), _text(sent, "previous"), get_remote_address(), agent)
    keyed = {"secret": current_app.config["SECRET_KEY"], "window_minutes": current_app.config["SETTINGS"].presence_minutes}
    reading = {"member_id": member and member.id, "post_id": post_id, "path": visitors.place(_text(sent, "path"))}
    try:
        with visitors_transaction() as connection:
            if member and member.is_editor:
                visitors.forget(connection, browser, **keyed)
            else:
                visitors.beat(connection, browser, **keyed, **reading, admit=_admit)
    except (OperationalError, TimeoutError) as error:
        current_app.logger.info("a beat was not counted: %s", error.__class__.__name__)


def _sent() -> dict[str, Any]:
    """The fields, from a form or from JSON; nothing where they cannot be read."""
    if not request.is_json:
        return request.form.to_dict()
    try:
        sent = request.get_json(silent=True)
    except RecursionError:
        return {}
    return sent if isinstance(sent, dict) else {}


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _admit() -> bool:
    """Whether one more new visitor may come from this address in this minute."""
    limit = RateLimitItemPerMinute(current_app.config["SETTINGS"].new_visitors_per_minute)
    return guards.limiter.limiter.hit(limit, "new-visitors", block_of(get_remote_address()))


def _is_robot() -> bool:
    agent = request.headers.get("User-Agent", "").strip()
    return not agent or robots.is_crawler(agent)


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
    return pages | {"/": _("Front page"), "/visitors": _("Who is here now"), "/tips/new": _("Send us a tip")}
