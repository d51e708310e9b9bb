"""Migration revisions of files and databases, read without importing Alembic, so that a start is quick."""

import re
from contextlib import closing
from pathlib import Path

from lib.sqlite.driver import sqlite3

_REVISION = re.compile(r"^revision = ['\"](\w+)['\"]", re.MULTILINE)
_DOWN = re.compile(r"^down_revision = ['\"](\w+)['\"]", re.MULTILINE)


def known(folder: Path) -> tuple[str, set[str]]:
    """Return the newest revision of a migrations folder, and all of its revisions.

    :raises ValueError: there is not exactly one newest revision
    """
    sources = [path.read_text("utf-8") for path in folder.glob("*.py")]
    revisions = {match[1] for source in sources if (match := _REVISION.search(source))}
    older = {match[1] for source in sources if (match := _DOWN.search(source))}
    (newest,) = revisions - older
    return newest, revisions


def current(database: Path) -> str | None:
    """Return the revision of an SQLite file, or None if the file is missing or empty."""
    if not database.is_file():
        return None
    with closing(sqlite3.connect(database)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:  # no such table: the file is still empty
            return None
    return row and row[0]
