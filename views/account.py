"""A member's own page."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/me")
