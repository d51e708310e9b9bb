"""RSS of the paper and of each section."""

from flask import Blueprint

blueprint = Blueprint("feeds", __name__)
