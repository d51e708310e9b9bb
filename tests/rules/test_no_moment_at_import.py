"""No code that runs at import reads the clock: a query or a constant built from it would keep that moment."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT

ROOMS = (
    "app", "server", "cli", "commands", "config", "database", "models", "forms", "domain", "lib", "views",
)  # fmt: skip
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic"}
FILES = sorted(
    path
    for room in ROOMS
    for path in ([ROOT / f"{room}.py"] if (ROOT / f"{room}.py").exists() else (ROOT / room).rglob("*.py"))
)


def calls_at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Calls at module or class level, in decorators and in the defaults of parameters."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*child.decorator_list, child.args):
                yield from calls_at_import(ast.Expression(part))  # type: ignore[arg-type]
        elif not isinstance(child, ast.Lambda):
            if isinstance(child, ast.Call):
                yield child
            yield from calls_at_import(child)


def clock_calls(source: str) -> list[int]:
    """The lines on which code that runs at import reads the clock."""
    names = (
        (
            call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", ""),
            call.lineno,
        )
        for call in calls_at_import(ast.parse(source))
    )
    return [line for name, line in names if name in CLOCKS]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_clock_at_import(path: Path) -> None:
    assert clock_calls(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("QUERY = select(Post.id).where(Post.is_visible(now()))", True),
        ("class A:\n    started = datetime.now(UTC)", True),
        ("if True:\n    STARTED = time.time()", True),
        ("def list_posts(at=now()):\n    pass", True),
        ("@decorate(now())\ndef list_posts():\n    pass", True),
        ("class A:\n    def at(self, moment=now()):\n        pass", True),
        ("class A:\n    created_at = mapped_column(default=now)", False),
        ("NEWEST = lambda: select(Post.id).where(Post.is_visible(now()))", False),
        ("def list_posts():\n    return Post.is_visible(now())", False),
        ("class A:\n    def age(self):\n        return now() - self.at", False),
    ],
)
def test_finds_only_what_runs_at_import(source: str, is_found: bool) -> None:
    assert bool(clock_calls(source)) is is_found
