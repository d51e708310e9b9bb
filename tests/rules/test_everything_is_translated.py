"""Every sentence of the code is said in Korean too, and the compiled catalogue is the written one."""

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
    """Every msgid in the code, with the file it is said in."""
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
    found = extract_from_dir(
        ROOT, METHODS, {"**.html": {"encoding": "utf-8"}}, keywords, directory_filter=ours
    )
    return {msgid: f"{path}:{line}" for path, line, msgid, _comments, _context in found if msgid}


def test_every_sentence_is_translated(korean: Catalog) -> None:
    said = sentences()
    assert len(said) > 200
    wrong = {}
    for msgid, place in said.items():
        message = korean.get(msgid if isinstance(msgid, str) else msgid[0])
        if (
            message is None
            or not message.string
            or (isinstance(message.string, tuple) and not all(message.string))
        ):
            wrong[msgid] = place
    assert not wrong


def test_placeholders_are_the_same(korean: Catalog) -> None:
    wrong = []
    for message in korean:
        if not message.id or not message.string:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = {found for original in originals for found in PLACEHOLDER.findall(original)}
        for said in message.string if isinstance(message.string, tuple) else (message.string,):
            if set(PLACEHOLDER.findall(said)) != wanted:
                wrong.append((message.id, said))
    assert not wrong


def test_nothing_is_fuzzy(korean: Catalog) -> None:
    assert not [message.id for message in korean if message.id and message.fuzzy]


def test_the_compiled_catalogue_is_the_written_one(korean: Catalog) -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    written = {message.id: message.string for message in korean if message.id and message.string}
    assert {message.id: message.string for message in compiled if message.id} == written
