"""Names of uploaded files."""

import re
import unicodedata
from urllib.parse import quote

from lib.text import plain

LONGEST = 120  # characters, with the ending


def tidy(name: str) -> str:
    """The last part of a path on one line, without characters that file systems or HTTP headers reject."""
    last = plain.line(name.replace("\\", "/").rsplit("/", 1)[-1])
    visible = (c for c in last if unicodedata.category(c) != "Cf")
    tidied = "".join("_" if c in '<>:"|?*\x7f' else c for c in visible).strip(". ")
    stem, dot, ending = tidied.rpartition(".")
    if not dot:
        return tidied[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"


def ending(name: str) -> str:
    """The file name extension in lower case: `pdf` of `보도자료.PDF`; empty if there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def disposition(name: str, stem: str) -> dict[str, str]:
    """The parameters of Content-Disposition: the name in ASCII, and the whole name if that is another one.

    :param stem: of the name for a file whose own name is only an ending, as of ".hwp", or no ASCII
    """
    tidied = tidy(name) or stem
    if tidied == ending(name):
        tidied = f"{stem}.{tidied}"
    simple = ascii_form(tidied, stem)
    whole = f"UTF-8''{quote(tidied, safe='')}"
    return {"filename": simple} | ({} if simple == tidied else {"filename*": whole})


def ascii_form(name: str, stem: str) -> str:
    """The name for programs that know ASCII only: itself, or `stem` with its ending (`attachment-12.hwp`).

    :param name: a name as `tidy` returns it
    """
    if name.isascii() and not name.startswith(".") and not set(name) & set('"\\'):
        return name
    suffix = ending(name)
    return f"{stem}.{suffix}" if re.fullmatch("[a-z0-9]{1,10}", suffix) else stem
