"""The desk: sections."""

from flask import Blueprint

blueprint = Blueprint("desk_sections", __name__, url_prefix="/desk/sections")
