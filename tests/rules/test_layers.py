"""Imports only point down: app → views | cli → forms → domain → models → database → lib."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT

ROOMS = (
    "app", "server", "cli", "commands", "config", "database", "models", "forms", "domain", "lib", "views",
)  # fmt: skip
MAY_IMPORT = {
    "lib": {"lib"},
    "config": set(),
    "database": {"lib"},
    "models": {"database", "lib"},
    "domain": {"models", "database", "lib", "domain"},
    "forms": {"models", "lib"},
    "views": {"forms", "domain", "models", "database", "lib", "views"},
    "commands": {"config", "forms", "domain", "models", "database", "lib"},
    "cli": {"commands", "config", "forms", "domain", "models", "database", "lib"},
    "server": {"app", "cli", "config", "lib"},
    "app": {"cli", "config", "database", "lib", "views"},
}
SHARED_BY_VIEWS = "views.web"
SHARED_BY_THE_DESK = [
    "views.desk.advertising_forms", "views.desk.backup_forms", "views.desk.check_notes",
    "views.desk.claim_forms", "views.desk.forms", "views.desk.front_forms", "views.desk.inbox_forms",
    "views.desk.incident_forms", "views.desk.member_forms",
    "views.desk.page_forms", "views.desk.photo_fields", "views.desk.post_form", "views.desk.report_forms",
    "views.desk.section_forms", "views.desk.selection_form", "views.desk.settings_form",
    "views.desk.start_forms", "views.desk.writing_page",
]  # fmt: skip
OF_A_REQUEST = {"request", "session", "g", "current_user", "url_for", "login_user", "logout_user"}


def files(room: str) -> list[Path]:
    """The Python files of one room."""
    single = ROOT / f"{room}.py"
    return [single] if single.exists() else sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every name a file imports, dotted: `domain.reading`, `views.frame.frame`, `flask.request`."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *filter(None, [node.module])))
            yield from (f"{module}.{name.name}" for name in node.names)


def test_every_file_of_ours_has_a_room() -> None:
    rooms = {path.stem for path in ROOT.glob("*.py")} | {
        path.parent.name for path in ROOT.glob("*/__init__.py")
    }
    assert rooms == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_down(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files(room)
        for name in imports(path)
        if (other := name.split(".")[0]) in ROOMS and other != room and other not in MAY_IMPORT[room]
    ]
    assert not wrong


def test_views_do_not_import_one_another() -> None:
    """Views share what is in views/web; the desk's views share their forms and the writing page."""
    wrong = []
    for path in files("views"):
        if path.name == "__init__.py":
            continue
        shared = [SHARED_BY_VIEWS] + (SHARED_BY_THE_DESK if path.parent.name == "desk" else [])
        for name in imports(path):
            if name.startswith("views") and not any(
                (name + ".").startswith(module + ".") for module in shared
            ):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong


@pytest.mark.parametrize("room", ["lib", "models", "domain", "forms", "database", "config"])
def test_below_the_views_nobody_knows_of_requests(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files(room)
        for name in imports(path)
        if name.startswith(("flask.", "flask_login.")) and name.rpartition(".")[2] in OF_A_REQUEST
    ]
    wrong += [
        f"{path.relative_to(ROOT)} names current_app"
        for path in files(room)
        if "current_app" in path.read_text("utf-8")
    ]
    assert not wrong


def test_the_library_could_be_lifted_out() -> None:
    assert not [
        f"{path.name} imports {name}"
        for path in files("lib")
        for name in imports(path)
        if name.split(".")[0] == "flask"
    ]
