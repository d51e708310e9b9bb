"""Libraries are used as documented: no private names, no subclassed internals, nothing assigned into them."""

import ast
from collections.abc import Iterator

import pytest

from config import ROOT

ROOMS = ("database", "domain", "lib", "views")
FILES = sorted([*ROOT.glob("*.py"), *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))])
OURS = {path.stem for path in ROOT.glob("*.py")} | set(ROOMS)
# The compilers, contexts and process managers that a library builds itself from.
INTERNALS = {
    "CodeGenerator",
    "Context",
    "Template",
    "TemplateModule",
    "SQLCompiler",
    "DDLCompiler",
    "SQLiteCompiler",
    "WorkerProcess",
}
PUBLIC = {
    "_get_current_object",
    "_asdict",
    "_fields",
    "_replace",
    "_mapping",
}  # documented, whatever their first letter
FLASK_NAMESPACES = {"g", "request", "session", "current_app"}  # made to be assigned to


def trees() -> Iterator[tuple[str, ast.Module, set[str]]]:
    """Yield each file of ours with its syntax tree and the names it imports from libraries."""
    for path in FILES:
        tree = ast.parse(path.read_text("utf-8"))
        yield str(path.relative_to(ROOT)), tree, set(_foreign_names(tree))


def _foreign_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (
                name.asname or name.name.split(".")[0] for name in node.names if _is_foreign(name.name)
            )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level and _is_foreign(node.module):
            yield from (name.asname or name.name for name in node.names)


def _is_foreign(module: str) -> bool:
    return module.split(".")[0] not in OURS


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC


def test_no_private_name_of_a_library_is_imported() -> None:
    wrong = [
        f"{path}:{node.lineno} {node.module}.{name.name}"
        for path, tree, _foreign in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level and _is_foreign(node.module)
        for name in node.names
        if _is_private(name.name) or any(map(_is_private, node.module.split(".")))
    ]
    assert not wrong


def test_no_private_attribute_of_a_library_is_used() -> None:
    wrong = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, tree, foreign in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and _is_private(node.attr) and _root(node) in foreign
    ]
    assert not wrong


def test_no_internals_of_a_library_are_subclassed() -> None:
    wrong = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree, foreign in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if ast.unparse(base).split(".")[-1] in INTERNALS and _root(base) in foreign
    ]
    assert not wrong


def test_nothing_is_assigned_into_a_library() -> None:
    wrong = [
        f"{path}:{node.lineno} {ast.unparse(target)}"
        for path, tree, foreign in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and _root(target) in foreign - FLASK_NAMESPACES
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from jinja2 import Template", {"Template"}),
        ("import sqlalchemy.orm", {"sqlalchemy"}),
        ("import models", set()),
    ],
)
def test_the_rule_knows_what_is_foreign(source: str, found: set[str]) -> None:
    assert set(_foreign_names(ast.parse(source))) == found
