"""The databases that each release left behind (tests/fixtures/databases) come into step with the program.

Releases are added by `tests/fixtures/databases/make`.
"""

import tarfile
from contextlib import closing
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from old_database import FOLDER

import config
from lib.sqlite import revisions
from lib.sqlite.driver import sqlite3

RELEASES = sorted((config.ROOT / "tests" / "fixtures" / "databases").glob("*.tar.xz"))
TABLES = ("posts", "members", "comments", "photos", "sections", "papers")


def rows(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def words(file: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT title, byline, published_at FROM posts ORDER BY id").fetchall()


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.partition(".")[0])
def test_it_migrates(bare: Flask, release: Path) -> None:
    settings = bare.config["SETTINGS"]
    with tarfile.open(release) as archive:
        archive.extractall(settings.data, filter="data")
    files = (settings.news_file, settings.visitors_file)
    assert {revisions.current(file) for file in files} == {release.name[:4]}
    counts, articles = {table: rows(files[0], table) for table in TABLES}, words(files[0])
    assert articles
    flask_migrate.upgrade(FOLDER)
    newest, _known = revisions.known(config.ROOT / "migrations" / "versions")
    assert {revisions.current(file) for file in files} == {newest}
    assert all(rows(files[0], table) == count for table, count in counts.items())
    assert words(files[0]) == articles
    for file in files:
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    client = bare.test_client()
    for path in ("/", "/posts/1", "/feed.xml", "/search?q=%EB%A7%88%EC%9D%84", "/login"):
        assert client.get(path).status_code == 200, path
