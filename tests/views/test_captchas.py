"""자동등록방지: picture, sound, new captchas."""

import io
import wave

import pytest
import time_machine
from flask_wtf import FlaskForm
from PIL import Image
from sqlalchemy import func, select

import database
from database import db
from domain.counter.models import Captcha
from domain.neighbours import captchas
from forms import CaptchaFields
from views.web import captcha


class Form(CaptchaFields, FlaskForm):
    pass


@pytest.fixture
def key(app):
    return captcha.issue_captcha()


def answer(key):
    db.session.rollback()
    return db.session.get(Captcha, key).answer


def check(key, typed):
    with database.visitors_transaction() as connection:
        return captchas.check(connection, key, typed)


def test_captcha_has_six_digits(key):
    assert len(answer(key)) == 6
    assert answer(key).isdigit()


def test_right_answer_passes_once(key):
    digits = answer(key)
    assert check(key, digits)
    assert not check(key, digits)


def test_wrong_answer_uses_the_captcha_up(key):
    digits = answer(key)
    assert not check(key, "abc")
    assert not check(key, digits)


@pytest.mark.parametrize(
    "typed_as",
    [
        lambda d: f" {d[:3]} {d[3:]} ",
        lambda d: "".join(chr(ord(c) + 0xFEE0) for c in d),
        lambda d: f"{d[:3]}-{d[3:]}",
    ],
)
def test_typed_digits_are_normalised(key, typed_as):
    assert check(key, typed_as(answer(key)))


def test_captcha_expires_and_is_deleted(key):
    digits = answer(key)
    with time_machine.travel("2099-01-01T00:00:00Z"):
        assert not check(key, digits)
        captcha.issue_captcha()
        assert db.session.scalar(select(func.count()).select_from(Captcha)) == 1


def test_picture_is_an_uncached_png(client, paper, key):
    response = client.get(f"/captcha/{key}.png")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert Image.open(io.BytesIO(response.data)).size == (240, 80)


def test_sound_is_the_same_wav_in_range_requests(client, paper, key):
    response = client.get(f"/captcha/{key}.wav")
    assert response.mimetype == "audio/wav"
    with wave.open(io.BytesIO(response.data)) as speech:
        assert speech.getframerate() == 8000
    part = client.get(f"/captcha/{key}.wav", headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.data == response.data[100:200]


@pytest.mark.parametrize(
    "path",
    ["/captcha/none.png", "/captcha/none.wav", "/captcha/%00.png", "/captcha/%ed%a0%80.wav", "/captcha/"],
)
def test_unknown_captcha_is_not_found(client, paper, path):
    assert client.get(path).status_code == 404


def test_answered_captcha_is_not_found(client, paper, key):
    check(key, "000000")
    assert client.get(f"/captcha/{key}.png").status_code == 404


def test_new_captcha_for_an_open_page(client, paper):
    response = client.get("/captcha/new")
    assert set(response.json) == {"key", "picture", "sound"}
    assert client.get(response.json["picture"]).status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert client.post("/captcha/new").status_code in (400, 405)


def test_sound_is_rate_limited(client, paper, key):
    assert 429 in {client.get("/captcha/none.wav").status_code for _ in range(40)}


def test_wrong_answers_bring_new_captchas_then_429(app):
    for expected in [422] * 10 + [429]:
        key = captcha.issue_captcha()
        with app.test_request_context("/", method="POST", data={"captcha": "x", "captcha_key": key}):
            form = Form()
            assert captcha.check_captcha(form) == expected
            assert form.captcha.errors
            assert form.captcha_key.data != key
            assert not form.captcha.data


def test_typed_digits_stay_while_another_field_is_invalid(app, key):
    with app.test_request_context("/", method="POST", data={"captcha": "123 456", "captcha_key": key}):
        form = Form(meta={"csrf": False})
        captcha.keep_captcha(form)
        assert (form.captcha_key.data, form.captcha.data) == (key, "123 456")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"captcha": "\x00", "captcha_key": "\x00"},
        {"captcha": "1" * 100_000, "captcha_key": "k" * 100_000},
    ],
)
def test_nonsense_is_a_wrong_answer(app, data):
    with app.test_request_context("/", method="POST", data=data):
        assert captcha.check_captcha(Form()) == 422
