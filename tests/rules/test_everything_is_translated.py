"""Every sentence in the code has a Korean translation, and the compiled catalogue is up to date."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from config import ROOT

FOLDER = ROOT / "translations" / "ko" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])|%%")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
ELSEWHERE = {"tests", "static", "instance", "bench", "deploy", "docs", "node_modules", "migrations"}


@pytest.fixture(scope="module")
def korean() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="ko")


def ours(folder: Any) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name not in ELSEWHERE


def sentences() -> dict[Any, str]:
    """Return every msgid in the code with its file and line."""
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "_l": None}
    found = extract_from_dir(
        ROOT, METHODS, {"**.html": {"encoding": "utf-8"}}, keywords, directory_filter=ours
    )
    return {msgid: f"{path}:{line}" for path, line, msgid, _comments, _context in found if msgid}


def test_every_sentence_is_translated(korean: Catalog) -> None:
    msgids = sentences()
    assert len(msgids) > 200
    untranslated = {}
    for msgid, location in msgids.items():
        message = korean.get(msgid if isinstance(msgid, str) else msgid[0])
        string = message.string if message else ""
        if not string or (isinstance(string, tuple) and not all(string)):
            untranslated[msgid] = location
    assert not untranslated


def test_placeholders_are_the_same(korean: Catalog) -> None:
    wrong = []
    for message in korean:
        if not message.id or not message.string:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        expected = {name for original in originals for name in PLACEHOLDER.findall(original)}
        for string in message.string if isinstance(message.string, tuple) else (message.string,):
            if set(PLACEHOLDER.findall(string)) != expected:
                wrong.append((message.id, string))
    assert not wrong


def test_nothing_is_fuzzy(korean: Catalog) -> None:
    assert not [message.id for message in korean if message.id and message.fuzzy]


def test_the_compiled_catalogue_is_up_to_date(korean: Catalog) -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    written = {message.id: message.string for message in korean if message.id and message.string}
    assert {message.id: message.string for message in compiled if message.id} == written
