"""How much of a headline is seen where links are shared: KakaoTalk's preview has two lines for it."""

import unicodedata

# Its two lines hold about 34 syllables on a phone 360 px wide. Latin letters and digits count half.
SYLLABLES = 34


def width(line: str) -> float:
    """The width of a line in syllables."""
    return sum(1 if unicodedata.east_asian_width(c) in "WF" else 0.5 for c in line)


def seen(headline: str) -> str:
    """What the preview shows of a headline: all of it, or its beginning with an ellipsis."""
    if width(headline) <= SYLLABLES:
        return headline
    shown = ""
    for c in headline:
        if width(shown + c) > SYLLABLES - 1:
            break
        shown += c
    return f"{shown.rstrip()}…"
