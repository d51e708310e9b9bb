"""The desk: photos."""

from flask import Blueprint

blueprint = Blueprint("desk_photos", __name__, url_prefix="/desk/photos")
