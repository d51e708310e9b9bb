"""The desk: letters."""

from flask import Blueprint

blueprint = Blueprint("desk_letters", __name__, url_prefix="/desk/letters")
