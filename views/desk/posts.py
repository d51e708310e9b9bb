"""The desk: posts."""

from flask import Blueprint

blueprint = Blueprint("desk_posts", __name__, url_prefix="/desk")
