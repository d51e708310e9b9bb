"""Stylesheets and scripts are joined, compressed and served behind a prefix that depends on their content."""

import gzip
import shutil
from pathlib import Path
from typing import Any

import pytest

from lib.web.assets import Assets, _version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    for path, text in {
        "css/base/a.css": "a {\n  color: red;\n\n  /* two\n     lines; */\n  margin: 0;\n}\n",
        "css/pages/b.css": 'b::before {\n  content: "a  b";\n}\n',
        "js/app.js": "const behaviours = {}\n",
        "js/behaviours/share.js": "export default function share() {}\n",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def build(folder: Path, *layers: str) -> Assets:
    """The assets of a folder, as a process that starts now would build them."""
    _version.cache_clear()
    return Assets(folder, layers or ("base",), folder.parent / "data" / "cache")


def fetch(assets: Assets, path: str, encoding: str = "", serve: Any = None) -> bytes:
    environ = {"PATH_INFO": assets.url(path), "REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": encoding}
    statuses: list[str] = []

    def start(status: str, _headers: Any) -> None:
        statuses.append(status)

    body = b"".join((serve or assets.wrap(None))(environ, start))
    assert statuses == ["200 OK"]
    return body


def test_the_desk_has_a_stylesheet_of_its_own(folder: Path) -> None:
    (folder / "css/pages/desk").mkdir()
    (folder / "css/pages/desk/c.css").write_text("c {\n  color: blue;\n}\n", "utf-8")
    assets = build(folder, "base", "pages")
    assert b"blue" not in fetch(assets, "maeul.css")
    assert b"blue" in fetch(assets, "desk.css")
    assert b"red" not in fetch(assets, "desk.css")


def test_stylesheet_has_the_layers_in_order_without_comments_and_indentation(folder: Path) -> None:
    assert fetch(build(folder, "base", "pages"), "maeul.css").decode().splitlines() == [
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
    script = fetch(build(folder), "maeul.js").decode()
    assert 'define("share", () => {\nconst behaviour = function share() {}\n' in script
    assert script.endswith("start(document.body)\n")


def test_joined_files_are_sent_compressed(folder: Path) -> None:
    (folder / "css/base/c.css").write_text("c {\n  color: red;\n}\n" * 100)
    assets = build(folder)
    assert fetch(assets, "maeul.css", "gzip").startswith(b"\x1f\x8b")
    assert gzip.decompress(fetch(assets, "maeul.css", "gzip")) == fetch(assets, "maeul.css")


def test_prefix_changes_with_any_file(folder: Path) -> None:
    before = build(folder).prefix
    assert build(folder).prefix == before
    (folder / "logo.svg").write_text("<svg/>")
    assert build(folder).prefix != before


@pytest.mark.parametrize("encoding", ["", "gzip"])
@pytest.mark.parametrize("name", ["maeul.css", "maeul.js", "js/app.js"])
def test_a_missing_file_is_written_again(folder: Path, name: str, encoding: str) -> None:
    assets = build(folder)
    before = fetch(assets, name, encoding)
    serve = assets.wrap(None)
    for sweep in (
        lambda: shutil.rmtree(folder.parent / "data"),
        lambda: shutil.rmtree(assets.built),
        lambda: (assets.built / name).unlink(),
        lambda: (assets.built / f"{name}.gz").unlink(missing_ok=True),
    ):
        sweep()
        assert fetch(assets, name, encoding, serve) == before


def test_only_files_of_this_version_are_left_behind(folder: Path) -> None:
    cache = build(folder).built.parent
    (cache / "older" / "js").mkdir(parents=True)
    (folder / "logo.svg").write_text("<svg/>")
    newest = build(folder)
    assert list(cache.iterdir()) == [newest.built]
    assert not [path for path in newest.built.rglob("*") if path.name.startswith(".")]


def test_files_that_are_there_are_not_written_again(folder: Path) -> None:
    first = build(folder)
    before = {path: path.stat().st_mtime_ns for path in first.built.rglob("*") if path.is_file()}
    build(folder)
    assert {path: path.stat().st_mtime_ns for path in before} == before
