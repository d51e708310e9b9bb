"""Every setting stands in docs/operations.md with its default, and nothing there that is none."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from config import ROOT, Settings

LINE = re.compile(r"^\| `(\w+)` \|([^|]*)\|", re.M)
CHAPTER = re.search(
    r"^## Settings$(.*?)^## ", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.M | re.S
)
DOCUMENTED = dict(LINE.findall(CHAPTER[1] if CHAPTER else ""))


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_it_is_documented(field: object) -> None:
    name, default = field.name, field.default  # type: ignore[attr-defined]
    said = DOCUMENTED[name].strip().strip("`")
    if not isinstance(default, Path) and default != "":
        assert said == str(default)


def test_nothing_else_is_documented_as_a_setting() -> None:
    assert set(DOCUMENTED) == {field.name for field in fields(Settings)}


def test_documents_link_to_what_is_there() -> None:
    wrong = []
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for address in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)", path.read_text("utf-8")):
            if not address.startswith("http") and not (path.parent / address).exists():
                wrong.append(f"{path.name}: {address}")
    assert not wrong
