"""Logging in and out."""

from flask import Blueprint

blueprint = Blueprint("logins", __name__)


@blueprint.get("/login")
def new():
    raise NotImplementedError
