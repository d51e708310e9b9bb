"""The desk: paper."""

from flask import Blueprint

blueprint = Blueprint("desk_paper", __name__, url_prefix="/desk/paper")
