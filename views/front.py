"""The front page, and what robots and monitors ask for."""

from flask import Blueprint

blueprint = Blueprint("front", __name__)
