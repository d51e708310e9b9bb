"""Text for XML, which cannot hold every character that a person can paste."""

import re

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text without the characters XML 1.0 has no place for."""
    return _ILLEGAL.sub("", text)
