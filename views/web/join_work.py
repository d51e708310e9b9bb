"""The work that a browser does before somebody joins, if the paper asks for it (setting `join_work`)."""

from flask import current_app

from lib.web import proof_of_work
from lib.web.proof_of_work import Challenge


def challenge(captcha_key: str | None) -> Challenge | None:
    """What to give to a form with the digits of this key; None where no work is asked for."""
    most = current_app.config["SETTINGS"].join_work
    return proof_of_work.new(captcha_key or "", most, current_app.config["SECRET_KEY"]) if most else None


def is_done(answer: str | None, captcha_key: str | None) -> bool:
    """Whether a form has this work done, or none was asked for. The digits make it count once."""
    if not current_app.config["SETTINGS"].join_work:
        return True
    return proof_of_work.is_done(answer or "", captcha_key or "", current_app.config["SECRET_KEY"])
