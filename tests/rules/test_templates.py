"""Templates compile and obey the Content-Security-Policy; macros and partials use only their arguments."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta, nodes

from config import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MACROS = [path for path in TEMPLATES if path.parent.name == "macros"]
PARTIALS = [path for path in TEMPLATES if path.name.startswith("_")]
CONTEXT = {"context", "cached", "reader", "absolute_url"}  # of every page: views/web/page_context.py
FORBIDDEN = {
    "an inline script": re.compile(
        # Data blocks (JSON-LD, JSON for a behaviour) are not executed.
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[^>]*>",
        re.I,
    ),
    "an inline stylesheet": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "something of another site": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"(?:https?:)?//", re.I
    ),
}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_nothing_inline(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
    assert not [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_compiles(app: Flask, path: Path) -> None:
    app.jinja_env.get_template(_name(path))


def _variables(app: Flask, path: Path) -> set[str]:
    """The names a template uses and does not set, import or take as an argument; without the global ones."""
    tree = app.jinja_env.parse(path.read_text("utf-8"))
    return meta.find_undeclared_variables(tree) - set(app.jinja_env.globals)


@pytest.mark.parametrize("path", MACROS, ids=_name)
def test_macros_show_only_their_arguments(app: Flask, path: Path) -> None:
    assert not _variables(app, path)


@pytest.mark.parametrize("path", PARTIALS, ids=_name)
def test_partials_read_nothing_from_their_includer(app: Flask, path: Path) -> None:
    assert _variables(app, path) <= CONTEXT


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_macros_are_imported_once_and_nothing_is_included_in_a_loop(app: Flask, path: Path) -> None:
    text = path.read_text("utf-8")
    tree = app.jinja_env.parse(text)
    assert "with context" not in text  # would run the whole file of macros at every render
    assert not [loop for loop in tree.find_all(nodes.For) if list(loop.find_all(nodes.Include))]


def test_korean_comes_by_translation_only() -> None:
    files = [
        path
        for room in ("templates", "views")
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".html")
    ]
    korean = []
    for path in files:
        text = re.sub(r"\{#.*?#\}|\"\"\".*?\"\"\"|#[^\n]*", "", path.read_text("utf-8"), flags=re.S)
        korean += [f"{path.relative_to(ROOT)}: {word}" for word in re.findall(r"[가-힣]+", text)]
    assert not korean
