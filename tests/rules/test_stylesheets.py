"""Stylesheets take every colour and length from tokens.css and share one set of breakpoints."""

import re
from pathlib import Path

from config import ROOT

TOKENS = ROOT / "static" / "css" / "tokens" / "tokens.css"
BREAKPOINTS = {
    "(width < 40rem)",
    "(width < 56rem)",
    "(width >= 40rem)",
    "(width >= 56rem)",
    "(width >= 64rem)",
}
LITERAL = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:oklch|rgb|hsl)a?\(|\d(?:px|rem)\b")


def lines() -> list[tuple[Path, str]]:
    paths = [*(ROOT / "static" / "css").rglob("*.css"), *(ROOT / "static" / "css-editor").glob("*.css")]
    return [(path, line) for path in paths for line in path.read_text("utf-8").splitlines()]


def test_one_declaration_a_line() -> None:
    assert not [
        (path.name, line) for path, line in lines() if line.count(";") > 1 or re.search(r"\{.*;", line)
    ]


def test_colours_and_lengths_come_from_the_tokens() -> None:
    found = [(path.name, line) for path, line in lines() if path != TOKENS and "@media" not in line]
    assert not [(name, line) for name, line in found if LITERAL.search(line)]


def test_media_queries_use_the_same_widths() -> None:
    queries = [
        query for _, line in lines() if "@media" in line for query in re.findall(r"\([^)]*width[^)]*\)", line)
    ]
    assert set(queries) <= BREAKPOINTS


def test_every_token_is_defined_and_used() -> None:
    defined = set(re.findall(r"^  (--[\w-]+):", TOKENS.read_text("utf-8"), re.MULTILINE))
    used = {name for _, line in lines() for name in re.findall(r"var\((--[\w-]+)\)", line)}
    assert used == defined
