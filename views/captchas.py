"""Captchas as a picture and as sound."""

from io import BytesIO

from flask import Blueprint, Response, abort, jsonify, send_file, url_for

from domain.neighbours import captchas
from lib.web import captcha_media
from views.web import captcha, join_work, rates

blueprint = Blueprint("captchas", __name__, url_prefix="/captcha")


@blueprint.after_request
def disable_caching(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/new")
@rates.limited("30 per minute")
def new():
    key = captcha.issue_captcha()
    addresses = {"picture": url_for(".picture", key=key), "sound": url_for(".sound", key=key)}
    work = join_work.challenge(key)
    return jsonify(key=key, **addresses, **({"work": work} if work else {}))


@blueprint.get("/<key>.png")
@rates.limited("120 per minute")
def picture(key: str):
    return send_file(BytesIO(captcha_media.picture(_answer(key))), "image/png", max_age=0)


@blueprint.get("/<key>.wav")
@rates.limited("20 per minute")
def sound(key: str):
    return send_file(
        BytesIO(captcha_media.speech(key, _answer(key))), "audio/wav", max_age=0, conditional=True
    )


def _answer(key: str) -> str:
    return captchas.find(key) or abort(404)
