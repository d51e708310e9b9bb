"""Cuts a cleaned text between paragraphs, where pictures find a place."""

import itertools
import re
from collections.abc import Sequence
from math import ceil
from typing import TypeVar

APART = 2  # paragraphs between two pictures, and before the first
_BETWEEN = re.compile(r"(?<=</p>)\n(?=<p>)")  # never beside a heading or a picture that stands in the text

Picture = TypeVar("Picture")


def with_pictures(html: str, pictures: Sequence[Picture]) -> list[tuple[str, Picture | None]]:
    """Return pieces of a cleaned text, each with the picture that follows it.

    Pictures are spread over the text evenly; those for which it is too short follow the last piece.
    """
    paragraphs = _BETWEEN.split(html)
    count = min(len(pictures), (len(paragraphs) - 1) // APART)
    ends = [ceil((number + 1) * len(paragraphs) / (count + 1)) for number in range(count)]
    cuts = itertools.pairwise([0, *ends, len(paragraphs)])
    pieces = ["\n".join(paragraphs[start:end]) for start, end in cuts]
    pieces += [""] * (len(pictures) - len(pieces))
    return list(zip(pieces, [*pictures, None], strict=False))
