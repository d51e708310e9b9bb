"""A section's list, or a group's."""

from flask import Blueprint

blueprint = Blueprint("sections", __name__, url_prefix="/sections")
