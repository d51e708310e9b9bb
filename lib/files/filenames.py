"""Names of files that came from outside."""

import unicodedata

from lib.text import plain

LONGEST = 120  # characters, the ending included


def tidy(name: str) -> str:
    """The last part of a path, on one line, without characters that file systems or headers trip over."""
    last = plain.line(name.replace("\\", "/").rsplit("/", 1)[-1])
    shown = "".join("_" if c in '<>:"|?*\x7f' else c for c in last if unicodedata.category(c) != "Cf").strip(
        ". "
    )
    stem, dot, ending = shown.rpartition(".")
    if not dot:
        return shown[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"


def ending(name: str) -> str:
    """`pdf` of `보도자료.PDF`; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
