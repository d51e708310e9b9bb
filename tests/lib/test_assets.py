"""Stylesheets and scripts are joined, compressed and served behind a prefix that depends on their content."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from lib.web.assets import Assets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in {
        "css/base/a.css": "a {\n  color: red;\n\n  /* two\n     lines; */\n  margin: 0;\n}\n",
        "css/pages/b.css": 'b::before {\n  content: "a  b";\n}\n',
        "js/app.js": "const behaviours = {}\n",
        "js/behaviours/share.js": "export default function share() {}\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def fetch(assets: Assets, path: str, encoding: str = "") -> bytes:
    environ = {"PATH_INFO": assets.url(path), "REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": encoding}
    statuses: list[str] = []

    def start(status: str, _headers: Any) -> None:
        statuses.append(status)

    body = b"".join(assets.wrap(None)(environ, start))
    assert statuses == ["200 OK"]
    return body


def test_stylesheet_has_the_layers_in_order_without_comments_and_indentation(folder: Path) -> None:
    assert fetch(Assets(folder, ("base", "pages")), "maeul.css").decode().splitlines() == [
        "@layer base, pages;",
        "@layer base {",
        "a {",
        "color: red;",
        "margin: 0;",
        "}",
        "}",
        "@layer pages {",
        "b::before {",
        'content: "a  b";',
        "}",
        "}",
    ]


def test_script_holds_every_behaviour_in_its_own_scope(folder: Path) -> None:
    script = fetch(Assets(folder, ("base",)), "maeul.js").decode()
    assert 'behaviours["share"] = (() => {\nconst behaviour = function share() {}\n' in script
    assert script.endswith("start(document.body)\n")


def test_joined_files_are_sent_compressed(folder: Path) -> None:
    (folder / "css/base/c.css").write_text("c {\n  color: red;\n}\n" * 100)
    assets = Assets(folder, ("base",))
    assert fetch(assets, "maeul.css", "gzip").startswith(b"\x1f\x8b")
    assert gzip.decompress(fetch(assets, "maeul.css", "gzip")) == fetch(assets, "maeul.css")


def test_prefix_changes_with_any_file(folder: Path) -> None:
    before = Assets(folder, ("base",)).prefix
    assert Assets(folder, ("base",)).prefix == before
    (folder / "logo.svg").write_text("<svg/>")
    assert Assets(folder, ("base",)).prefix != before
