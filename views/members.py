"""Joining."""

from flask import Blueprint

blueprint = Blueprint("members", __name__, url_prefix="/join")


@blueprint.get("")
def new():
    raise NotImplementedError
