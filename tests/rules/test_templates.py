"""Templates compile, and hold nothing the Content-Security-Policy would have to forgive."""

import re
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/ld\+json\")[^>]*>", re.I
    ),
    "an inline stylesheet": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "something of another site": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"(?:https?:)?//", re.I
    ),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_nothing_inline(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
    assert not [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_compiles(app: Flask, path: Path) -> None:
    app.jinja_env.get_template(str(path.relative_to(ROOT / "templates")))


def test_korean_comes_by_translation_only() -> None:
    files = [
        path
        for room in ("templates", "views")
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".html")
    ]
    wrong = []
    for path in files:
        text = re.sub(r"\{#.*?#\}|\"\"\".*?\"\"\"|#[^\n]*", "", path.read_text("utf-8"), flags=re.S)
        wrong += [f"{path.relative_to(ROOT)}: {word}" for word in re.findall(r"[가-힣]+", text)]
    assert not wrong
