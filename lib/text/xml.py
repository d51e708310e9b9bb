"""Text for XML, which does not allow every character that a person can paste."""

import re

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Remove the characters that XML 1.0 does not allow."""
    return _ILLEGAL.sub("", text)
