"""Photos for the text of an article, uploaded by the rich-text editor one at a time. Answers in JSON."""

from typing import Any

from flask import Blueprint, current_app, request
from flask_babel import gettext as _

from database import db
from domain.desk import photos
from lib.files.store import Store
from models import Refused
from views.web import write_lock

blueprint = Blueprint("desk_photos", __name__, url_prefix="/desk/photos")
WIDTH_IN_TEXT = 960


@blueprint.post("")
@write_lock.without_write_lock
def create() -> Any:
    """Field `file`. 201 `{"location", "width", "height"}`, or `{"error": sentence}`."""
    file, settings = request.files.get("file"), current_app.config["SETTINGS"]
    if not file:
        return {"error": _("No photo came. Please choose one.")}, 422
    try:
        photo = photos.take(Store(settings.media), file.stream, settings.photo_megapixels)
    except Refused as refusal:
        return {"error": str(refusal)}, refusal.status
    photo.in_text = True
    write_lock.take_write_lock()
    db.session.add(photo)
    db.session.commit()
    width = next((width for width in photo.widths if width >= WIDTH_IN_TEXT), photo.width)
    return {"location": photo.address(width), "width": photo.width, "height": photo.height}, 201
