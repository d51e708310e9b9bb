"""Photos that are uploaded one at a time while an article is written. Answers in JSON."""

from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _

from database import db
from domain.desk import photos
from lib.files.store import Store
from models import Photo, Refused
from views.desk import photo_fields
from views.desk.photo_fields import PhotoFields
from views.web import write_lock

blueprint = Blueprint("desk_photos", __name__, url_prefix="/desk/photos")


@blueprint.post("")
@write_lock.without_write_lock
def create() -> Any:
    """Field `file`. 201 `{"location", "width", "height"}`, or `{"error": sentence}`.

    With the field `card` it is a photo beside the text, and `card` of the answer is its HTML, for the list of
    photos. Else it is one for the text.
    """
    file, settings = request.files.get("file"), current_app.config["SETTINGS"]
    if not file:
        return {"error": _("No photo came. Please choose one.")}, 422
    try:
        photo = photos.take(Store(settings.media), file.stream, settings.photo_megapixels)
    except Refused as refusal:
        return {"error": str(refusal)}, refusal.status
    photo.in_text = not request.form.get("card")
    write_lock.take_write_lock()
    if not photo.in_text:
        photo.credit = photos.usual_credit()
    db.session.add(photo)
    db.session.commit()
    answer = {"location": photo.address(photo.width_in_text), "width": photo.width, "height": photo.height}
    if not photo.in_text:
        answer["card"] = _card(photo)
    return answer, 201


@blueprint.get("/cards")
def index() -> Any:
    """`{"cards": [HTML]}` of the photos `?id=` that belong to no article yet, in this order."""
    waiting = photos.waiting(photo_fields.numbers(request.args.getlist("id")))
    return {"cards": [_card(photo) for photo in waiting]}


def _card(photo: Photo) -> str:
    return render_template("desk/photos/card.html", fields=PhotoFields(photo, None, 0))
