"""Requests that write are refused from blocked networks. Reading, logging in and leaving stay open."""

from flask import Flask, current_app, request

from domain.moderation import blocks
from lib.web.addresses import keyed_hash, network_of
from views.web.guards import SAFE_METHODS, reader
from views.web.rates import address

# How addresses begin whose forms write nothing that others read: the counter, the own account with leaving,
# the desk, and what the law lets everybody ask for (claims to a correction, and to stop showing something).
OPEN = ("login", "logout", "password", "email", "me", "mail", "visitors", "desk", "holds", "corrections")


def init_app(app: Flask) -> None:
    app.before_request(_check)


def network_hash() -> str:
    """The keyed hash of the network a request comes from, which is stored with a comment.

    Another one than those of the rates and limits, so that rows of the two cannot be put together.
    """
    return keyed_hash(f"network {network_of(address())}", current_app.config["SECRET_KEY"])


def _check() -> None:
    if request.method in SAFE_METHODS or request.endpoint in (None, "comments.destroy"):  # a right too
        return
    if request.path.split("/")[1] in OPEN:
        return
    member = reader()
    if not (member and member.is_editor):
        blocks.check(address(), network_hash())
