"""Keeps `current_app.config["SETTINGS"]` and what follows from it up to date with what the desk has set."""

from typing import Any

from flask import Flask

from database import db
from domain.paper.settings import LiveSettings
from views.web import mail_settings


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    with app.app_context():
        engine = db.engine

    def use(settings: Any) -> None:
        """Replace the settings of this process."""
        app.config["SETTINGS"] = settings
        _apply(app)

    live = app.extensions["settings"] = LiveSettings(engine, settings, app.config["GIVEN_SETTINGS"], use)
    live.watch(app.extensions["data_version"])
    _apply(app)
    app.before_request(live.renew)


def _apply(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    is_secure = settings.site_url.startswith("https:")
    app.config.update(
        MAX_CONTENT_LENGTH=settings.upload_megabytes * 1_000_000,
        SESSION_COOKIE_SECURE=is_secure,
        REMEMBER_COOKIE_SECURE=is_secure,
    )
    mail_settings.apply(app)
