"""The databases that migrations make are the ones the models describe, and what is in them survives."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

import config
from app import create_app
from cli import attach_migrations
from database import db
from lib import revisions

FOLDER = str(config.ROOT / "migrations")
VERSIONS = config.ROOT / "migrations" / "versions"


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """An app whose databases are still empty files."""
    app = create_app(data=tmp_path / "bare", secret_key="test")
    attach_migrations(app)
    with app.app_context():
        yield app
        for engine in db.engines.values():
            engine.dispose()


@pytest.mark.parametrize("bind", [None, "visitors"])
def test_migrations_make_what_the_models_describe(bare: Flask, bind: str | None) -> None:
    flask_migrate.upgrade(FOLDER)
    with db.engines[bind].connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadatas[bind]) == []


def test_quick_look_agrees(bare: Flask) -> None:
    newest, known = revisions.known(VERSIONS)
    assert newest in known
    settings = bare.config["SETTINGS"]
    files = (settings.news_file, settings.visitors_file)
    assert {revisions.current(path) for path in files} == {None}
    flask_migrate.upgrade(FOLDER)
    assert {revisions.current(path) for path in files} == {newest}


def test_upgrading_again_keeps_everything(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER)
    path = bare.config["SETTINGS"].data / "maeul.db"
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO sections (slug, name, position, look, kind) VALUES ('local', '지역뉴스', 1, 'list', 'news')")
    flask_migrate.upgrade(FOLDER)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sections").fetchall() == [("지역뉴스",)]


def test_downgrade_leaves_nothing(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER)
    flask_migrate.downgrade(FOLDER, revision="base")
    for engine in db.engines.values():
        with engine.connect() as connection:
            tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            assert set(tables) <= {"alembic_version"}


def test_foreign_keys_hold_again_after_a_migration(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER)
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_the_command_line_finds_models_and_migrations_in_step(tmp_path: Path) -> None:
    for arguments in (["upgrade"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "db", *arguments],
            cwd=config.ROOT,
            env=os.environ | {"MAEUL_DATA": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
