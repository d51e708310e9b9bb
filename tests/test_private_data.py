"""Only the owner of the data folder can read what is in it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import config
from app import create_app
from database import db
from lib.files.store import Store

DATABASES = ("maeul.db", "visitors.db")
OURS = [*(name + suffix for name in DATABASES for suffix in ("", "-wal", "-shm")), "secret-key"]


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_private(tmp_path: Path) -> None:
    data = tmp_path / "parent" / "data"
    app = create_app(data=data)
    with app.app_context():
        for engine in db.engines.values():
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE t (a)"))
        connections = [engine.connect() for engine in db.engines.values()]
        Store(app.config["SETTINGS"].media).put("abcdef", b"x")
        assert {name: mode(data / name) for name in OURS} == dict.fromkeys(OURS, 0o600)
        for connection in connections:
            connection.close()
    assert mode(data.parent) == 0o755
    assert mode(data) == 0o700
    assert not [path for path in data.rglob("*") if mode(path) & 0o077]


@pytest.mark.parametrize("file_mode", [0o644, 0o664, 0o666, 0o640])
@pytest.mark.parametrize("folder_mode", [0o755, 0o775, 0o777, 0o750])
def test_an_existing_folder_is_made_private(
    make_app: Any, tmp_path: Path, file_mode: int, folder_mode: int
) -> None:
    data = tmp_path / "data"
    (data / "media").mkdir()
    (data / "notes").mkdir()
    for name in (*OURS, "notes.txt", "notes/note.txt"):
        (data / name).touch()
        (data / name).chmod(file_mode)
    for name in (".", "media", "notes"):
        (data / name).chmod(folder_mode)
    make_app(secret_key="")
    found = {name: mode(data / name) for name in (*OURS, ".", "media", "cache")}
    assert found == dict.fromkeys(OURS, 0o600) | dict.fromkeys((".", "media", "cache"), 0o700)
    assert (mode(data / "notes.txt"), mode(data / "notes/note.txt")) == (file_mode, file_mode)
    assert mode(data / "notes") == folder_mode


def test_rights_of_the_owner_and_shared_folders_stay(make_app: Any, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "secret-key").touch()
    (data / "secret-key").chmod(0o444)
    data.chmod(0o1777)
    make_app()
    assert (mode(data / "secret-key"), mode(data)) == (0o400, 0o1777)


def test_the_proxy_reads_photos_and_built_files_and_nothing_else(make_app: Any, tmp_path: Path) -> None:
    """Its user is of our group; what was there before the setting is shared too."""
    data = tmp_path / "data"
    for name in ("media/ab/abc", "claims/ab/abc"):
        (data / name).parent.mkdir(mode=0o700, parents=True)
        (data / name).touch(0o600)
    settings = make_app(secret_key="", files_by_proxy=True).config["SETTINGS"]
    Store(settings.media).put("defabc", b"x")
    Store(settings.claims).put("defabc", b"x")
    readable = {path.relative_to(data).parts[0] for path in data.rglob("*") if mode(path) & 0o070}
    assert readable == {"media", "cache"}
    assert not [path for path in (data, *data.rglob("*")) if mode(path) & 0o027]
    assert mode(data) == 0o710
    assert not [path for name in readable for path in (data / name).rglob("*") if not mode(path) & 0o040]
    make_app(secret_key="")
    assert {mode(data / name) for name in (".", "media", "cache")} == {0o700}


def test_serve_creates_a_private_folder() -> None:
    assert 'mkdir -p -m 700 "$data"' in (config.ROOT / "bin" / "serve").read_text()
