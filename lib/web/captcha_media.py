"""Digits to copy, as a picture and as speech: easy for people, a nuisance for programs."""

import functools
import secrets
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 240, 80  # pixels of the picture
_PAPER = (250, 249, 246)  # light in dark mode too: the digits must stay readable


def picture(digits: str) -> bytes:
    """A PNG of the digits, drawn differently each time."""
    ink = tuple(40 + secrets.randbelow(50) for _ in range(3))
    return _painter().generate(digits, bg_color=_PAPER, fg_color=(*ink, 255)).getvalue()


@functools.lru_cache(maxsize=16)
def speech(key: str, digits: str) -> bytes:
    """A WAV of the digits spoken in Korean over a murmur; about 15 seconds, and half a second of work.

    :param key: the same key and digits sound the same for a while, so that a player may fetch them in ranges
    """
    return bytes(_speaker().generate(digits))


# Both are loaded when the first one asks: a start need not wait for them.
@functools.cache
def _painter() -> Any:
    from captcha.image import ImageCaptcha

    pictures = ImageCaptcha(WIDTH, HEIGHT, font_sizes=(40, 44, 48))
    pictures.word_offset_dx, pictures.word_space_probability = (
        0.05,
        0.7,
    )  # digits side by side, not on top of one another
    pictures.lookup_table = [
        min(255, 5 * shade) for shade in range(256)
    ]  # the library's own makes dark ink pale
    return pictures


@functools.cache
def _speaker() -> Any:
    from captcha.audio import AudioCaptcha

    return AudioCaptcha(str(Path(__file__).parent / "voices/ko"))
