"""The log of what was changed at the desk. It can be read, and nothing else."""

from flask import Blueprint, render_template, request

from domain.keeping import activity
from lib.text import plain

blueprint = Blueprint("desk_activity", __name__, url_prefix="/desk/activity")


@blueprint.get("")
def index() -> str:
    """Newest first. `?before=<id>` shows the next page."""
    entries, more = activity.newest(plain.number(request.args.get("before")))
    return render_template("desk/activity/index.html", entries=entries, more=more, acts=activity.ACTS)
