"""Every form a person fills in: fields, labels, checks of shape. No writes."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lib import text


def tidy(value: Any) -> Any:
    """A filter for text of several lines."""
    return text.tidy(value).strip("\n") if isinstance(value, str) else value


def line(value: Any) -> Any:
    """A filter for text of one line."""
    return text.line(value) if isinstance(value, str) else value
