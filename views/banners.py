"""Clicks on banners. The link itself leads straight to the advertiser: a GET writes nothing."""

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import OperationalError, TimeoutError

from database import end_transaction, visitors_transaction
from domain.counter import clicks
from domain.paper import banners
from lib.web import robots
from views.web import csrf, guards, rates, write_lock

blueprint = Blueprint("banners", __name__, url_prefix="/banners")

WAIT_MS = 2000  # how long a click waits for the lock; then it is not counted


@blueprint.post("/<int:id>/clicks")
@csrf.csrf.exempt
@write_lock.without_write_lock
@rates.limited("20 per minute; 100 per hour")
def count(id: int) -> Response:
    """Count a click, sent by static/js/behaviours/banner.js. That of another site's page is refused before.

    Neither robots nor editors count, and no banner that readers do not see.
    """
    agent, reader = request.headers.get("User-Agent", ""), guards.reader()
    is_editor = reader is not None and reader.is_editor
    if agent and not robots.name_of(agent) and not is_editor and banners.is_shown(id):
        end_transaction()  # no snapshot of the news is held while the click waits for its lock
        try:
            with visitors_transaction(WAIT_MS) as connection:
                clicks.count(connection, id)
        except (OperationalError, TimeoutError) as error:
            current_app.logger.info("a click was not counted: %s", error.__class__.__name__)
    return Response(status=204, headers={"Cache-Control": "no-store"})
