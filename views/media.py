"""Photos, by content hash and width."""

from flask import Blueprint

blueprint = Blueprint("media", __name__, url_prefix="/media")
