"""The front page."""

from flask import Blueprint, render_template

from domain import front
from domain.reading import MANY_READ
from views import guards
from views.frame import frame

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
@guards.kept_for_guests()
def index() -> str:
    page = front.compose(frame().paper.lead_post_id, frame().groups)
    return render_template("front/index.html", page=page, views=page.views, many_read=MANY_READ)
