"""Who is here now, and the beat that counts them."""

from flask import Blueprint

blueprint = Blueprint("visitors", __name__, url_prefix="/visitors")
