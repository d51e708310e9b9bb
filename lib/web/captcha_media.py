"""Captchas: digits as a picture and as speech, hard to read for programs."""

import functools
import secrets
from typing import Any

from lib.web import spoken_digits

WIDTH, HEIGHT = 240, 80  # pixels of the picture
_BACKGROUND = (250, 249, 246)  # light in dark mode too: the digits must stay readable


def picture(digits: str) -> bytes:
    """Return a PNG of the digits, drawn differently at each call."""
    ink = tuple(40 + secrets.randbelow(50) for _ in range(3))
    return _painter().generate(digits, bg_color=_BACKGROUND, fg_color=(*ink, 255)).getvalue()


@functools.lru_cache(maxsize=16)
def speech(key: str, digits: str) -> bytes:
    """Return a WAV of the digits, spoken in Korean over voices: some 6 seconds of sound.

    :param key: a part of the cache key: a player fetches the same file in several range requests
    """
    return spoken_digits.speak(digits)


# Imported at the first use, because it is slow to import.
@functools.cache
def _painter() -> Any:
    from captcha.image import ImageCaptcha

    painter = ImageCaptcha(WIDTH, HEIGHT, font_sizes=(40, 44, 48))
    painter.word_offset_dx, painter.word_space_probability = 0.05, 0.7  # digits do not overlap
    painter.lookup_table = [min(255, 5 * shade) for shade in range(256)]  # darker ink than the default
    return painter
