"""Colours and how well they can be told apart (WCAG 2.2)."""

import re

READABLE = 4.5  # the least contrast of text


def is_colour(text: str) -> bool:
    """Whether this is a colour as `<input type="color">` sends it: #1a6b4c."""
    return re.fullmatch("#[0-9a-f]{6}", text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, background: str) -> str:
    """The colour itself, or the nearest tint or shade of it that can be read on the background."""
    end = 0 if _luminance(background) > 0.18 else 255
    for percent in range(101):
        channels = (round(value + (end - value) * percent / 100) for value in _channels(colour))
        tried = "#" + "".join(f"{value:02x}" for value in channels)
        if contrast(tried, background) >= READABLE:
            return tried
    raise ValueError(f"nothing can be read on {background}")


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
