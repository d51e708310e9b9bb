"""Only the outermost caller commits: a view or a command."""

import ast

from config import ROOT

COMMITTING_ROOMS = ("views", "commands", "cli.py")


def test_only_views_and_commands_commit() -> None:
    wrong = []
    for path in (
        *ROOT.glob("*.py"),
        *(path for room in ("domain", "lib") for path in (ROOT / room).rglob("*.py")),
    ):
        if path.relative_to(ROOT).parts[0] in COMMITTING_ROOMS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "commit"
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong
