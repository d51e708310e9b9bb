"""No file has more than 800 lines, no Python file outside the tests but models.py more than 500."""

from collections.abc import Iterator
from pathlib import Path

from config import ROOT

MOST_LINES = 800
MOST_LINES_OF_CODE = 500
WRITTEN_BY_US = {".py", ".html", ".css", ".js", ".sh", ".md"}
ROOMS = ("bin", "database", "domain", "docs", "lib", "migrations", "static", "templates", "tests", "views")


def ours() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.suffix in WRITTEN_BY_US)
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.is_file() and path.suffix in WRITTEN_BY_US and "vendor" not in path.parts:
                yield path


def limit(path: Path) -> int:
    is_code = path.suffix == ".py" and "tests" not in path.parts and "migrations" not in path.parts
    return MOST_LINES_OF_CODE if is_code and path != ROOT / "models.py" else MOST_LINES


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in ours()}
    assert not {str(path): length for path, length in lengths.items() if length > limit(path)}
