"""Every form a person fills in: fields, labels, checks of shape. No writes."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField, SubmitField
from wtforms.validators import InputRequired

from lib import text


def tidy(value: Any) -> Any:
    """A filter for text of several lines."""
    return text.tidy(value).strip("\n") if isinstance(value, str) else value


def line(value: Any) -> Any:
    """A filter for text of one line."""
    return text.line(value) if isinstance(value, str) else value


class CaptchaFields:
    """자동등록방지 for a guest's form: `class TipForm(CaptchaFields, FlaskForm)`.

    The view, on GET: `form = TipForm(); guards.new_captcha(form)`. On POST, before it acts:

        if status := guards.check_form(form) or guards.check_captcha(form):
            return render_template("tips/new.html", form=form), status

    check_form answers the "new digits" button (200) and fields that are wrong (422; picture and typed digits stay);
    check_captcha spends the digits: ask it only when everything else is right (422 wrong, 429 wrong too often; a new
    picture comes). Template: `{% include "captchas/_captcha.html" %}` inside the form, with `form` in its context.
    """

    captcha = StringField(
        _("Enter the digits in order to prevent automatic registration."), [InputRequired(_("Please enter the digits of the picture."))]
    )
    captcha_key = HiddenField()
    renew = SubmitField(_("New digits"))

    def ask(self, key: str, complaint: str = "") -> None:
        """Show the question of this key, with an empty answer where it is another than before."""
        if key != self.captcha_key.data:
            self.captcha_key.data, self.captcha.data = key, ""
        if complaint:
            self.captcha.errors = [complaint]
