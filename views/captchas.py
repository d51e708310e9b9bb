"""The digits to copy, as a picture and as sound."""

from flask import Blueprint

blueprint = Blueprint("captchas", __name__, url_prefix="/captcha")
