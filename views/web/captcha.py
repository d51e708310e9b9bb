"""자동등록방지 in a form: issuing the digits and checking what was typed."""

from typing import Any

from flask_babel import gettext as _
from limits import parse

from database import visitors_transaction
from domain.neighbours import captchas
from forms import add_errors
from views.web import rates

WAIT_MS = 1000  # for the visitors database
WRONG_ANSWERS = parse("10 per 10 minutes")


def issue_captcha() -> str:
    """Return the key of new digits."""
    with visitors_transaction(WAIT_MS) as connection:
        return captchas.issue(connection)


def new_captcha(form: Any, error: str = "") -> None:
    """Put new digits into a form with CaptchaFields."""
    form.show_captcha(issue_captcha(), error)


def keep_captcha(form: Any) -> None:
    """Leave the digits of a form as they are, if they can still be answered."""
    if captchas.find(form.captcha_key.data or "") is None:
        new_captcha(form)


def check_form(form: Any, problems: dict[str, str] | None = None) -> int:
    """Return 0 if a form is valid apart from the digits, else the status to show it again with.

    :param problems: field -> sentence: what else is wrong, shown at fields that are well-formed
    """
    if form.renew.data:
        new_captcha(form)
        return 200
    valid, problems = form.validate(), problems or {}
    add_errors(form, {name: sentence for name, sentence in problems.items() if not form[name].errors})
    if not valid or problems:
        keep_captcha(form)
        return 422
    return 0


def check(form: Any) -> int:
    """Return 0 if a form is valid, digits included if it has any, else the status to show it again with."""
    if "captcha" in form:
        return check_form(form) or check_captcha(form)
    return 0 if form.validate() else 422


def check_captcha(form: Any) -> int:
    """Spend the digits. Return 0 if they were right, else put new ones in and return the form's status."""
    sender = rates.sender()
    if not rates.limiter().test(WRONG_ANSWERS, "captcha", sender):
        new_captcha(form, _("The digits were wrong too often. Please wait ten minutes and try again."))
        return 429
    with visitors_transaction(WAIT_MS) as connection:
        if captchas.check(connection, form.captcha_key.data or "", form.captcha.data or ""):
            return 0
    rates.limiter().hit(WRONG_ANSWERS, "captcha", sender)
    new_captcha(form, _("The digits were not right, or too much time had passed. Please enter the new ones."))
    return 422
