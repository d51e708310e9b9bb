"""Hands the settings of mail to domain/mail."""

from flask import Flask

from domain.mail import outbox, settings
from domain.mail.settings import MailSettings


def init_app(app: Flask) -> None:
    """Let every template ask `mail_is_on()`."""
    app.context_processor(lambda: {"mail_is_on": outbox.is_on})


def apply(app: Flask) -> None:
    """Set them for this process."""
    configured = app.config["SETTINGS"]
    settings.use(
        MailSettings(
            host=configured.smtp_host,
            port=configured.smtp_port,
            user=configured.smtp_user,
            password=configured.smtp_password,
            security=configured.smtp_security,
            sender=configured.mail_from,
            site_url=configured.site_url.rstrip("/"),
            secret_key=app.config["SECRET_KEY"],
        )
    )
