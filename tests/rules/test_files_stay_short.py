"""No file of ours has more than 800 lines."""

from collections.abc import Iterator
from pathlib import Path

from config import ROOT

MOST_LINES = 800
WRITTEN_BY_US = {".py", ".html", ".css", ".js", ".sh", ".md"}
ROOMS = ("bin", "domain", "docs", "lib", "migrations", "static", "templates", "tests", "views")


def ours() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.suffix in WRITTEN_BY_US)
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.is_file() and path.suffix in WRITTEN_BY_US and "vendor" not in path.parts:
                yield path


def test_no_file_is_too_long() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text("utf-8").splitlines()) for path in ours()}
    assert not {str(path): length for path, length in lengths.items() if length > MOST_LINES}
