"""Digits to copy, as a picture and as speech: easy for people, a nuisance for programs."""

import functools
import secrets
from pathlib import Path

from captcha.audio import AudioCaptcha
from captcha.image import ImageCaptcha

WIDTH, HEIGHT = 240, 80  # pixels of the picture
_PAPER = (250, 249, 246)  # light in dark mode too: the digits must stay readable
_voice = AudioCaptcha(str(Path(__file__).parent / "voices/ko"))
_pictures = ImageCaptcha(WIDTH, HEIGHT, font_sizes=(40, 44, 48))
_pictures.word_offset_dx, _pictures.word_space_probability = 0.05, 0.7  # digits side by side, not on top of one another
_pictures.lookup_table = [min(255, 5 * shade) for shade in range(256)]  # the library's own makes dark ink pale


def picture(digits: str) -> bytes:
    """A PNG of the digits, drawn differently each time."""
    ink = tuple(40 + secrets.randbelow(50) for _ in range(3))
    return _pictures.generate(digits, bg_color=_PAPER, fg_color=(*ink, 255)).getvalue()


@functools.lru_cache(maxsize=16)
def speech(key: str, digits: str) -> bytes:
    """A WAV of the digits spoken in Korean over a murmur; about 15 seconds, and half a second of work.

    :param key: the same key and digits sound the same for a while, so that a player may fetch them in ranges
    """
    return bytes(_voice.generate(digits))
