"""The `flask` commands: parse, call, commit, one line out."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach every command to the app."""
