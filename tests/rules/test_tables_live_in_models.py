"""Every table is a class in models.py, or in the models.py of the wing of domain/ that alone uses it."""

import ast

from config import ROOT
from database import db

MAKES_A_TABLE = {"mapped_column", "Table", "__tablename__"}


def test_every_table_is_defined_in_models() -> None:
    assert {mapper.class_.__module__ for mapper in db.Model.registry.mappers} == {
        "models",
        "domain.counter.models",
        "domain.desk.models",
        "domain.keeping.models",
        "domain.mail.models",
        "domain.moderation.models",
        "domain.neighbours.models",
        "domain.paper.models",
        "domain.sample.models",
    }


def test_no_other_file_makes_columns() -> None:
    wrong = []
    for path in (
        *ROOT.glob("*.py"),
        *(path for room in ("domain", "lib", "views") for path in (ROOT / room).rglob("*.py")),
    ):
        if path.name == "models.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            made = node.func if isinstance(node, ast.Call) else node
            if (
                isinstance(made, ast.Name)
                and made.id in MAKES_A_TABLE
                and (isinstance(node, ast.Call) or isinstance(made.ctx, ast.Store))
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong
