"""A copy of a database that is open and being written to, and what can be asked of a file at rest."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from lib.sqlite.driver import sqlite3

PAGES = 1024  # copied in one step: 4 MB. Progress is told between two steps


def copy(source: Path, target: Path, progress: Callable[[int], Any] = lambda _size: None) -> None:
    """Copy a database as it is at one moment. Others read and write it meanwhile.

    One read transaction holds that moment. Without it every commit of another connection would begin the
    copy anew, which never ends on a busy paper: docs/decisions/0050-backups.md.

    :param progress: is called with the bytes that were copied since the last call
    """
    with closing(_connect(source)) as reading, closing(_connect(target)) as writing:
        reading.execute("PRAGMA query_only=ON")
        (size,) = reading.execute("PRAGMA page_size").fetchone()
        reading.execute("BEGIN")
        (total,) = reading.execute("PRAGMA page_count").fetchone()
        reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # the moment
        left = total

        def step(_status: int, remaining: int, _total: int) -> None:
            nonlocal left
            progress((left - remaining) * size)
            left = remaining

        writing.execute("PRAGMA synchronous=OFF")
        reading.backup(writing, pages=PAGES, progress=step)
        reading.execute("ROLLBACK")
        writing.execute("PRAGMA journal_mode=DELETE")  # one file, which needs no log beside it


def erase(file: Path, statements: list[str]) -> None:
    """Execute these on a file at rest, and overwrite what they delete."""
    with closing(_connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=MEMORY")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("BEGIN")
        for statement in statements:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=DELETE")


def tables(file: Path) -> list[str]:
    """The names of the tables of a file, without virtual ones and SQLite's own."""
    query = (
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    with closing(_connect(file)) as connection:
        return [name for (name,) in connection.execute(query)]


def counts(file: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(_connect(file)) as connection:
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in tables(file)
        }


def problems(file: Path) -> Iterator[str]:
    """What SQLite finds wrong in a file: its structure, and references to rows that are not there.

    :raises sqlite3.DatabaseError: it is no database
    """
    with closing(_connect(file)) as connection:
        for (line,) in connection.execute("PRAGMA integrity_check(10)"):
            if line != "ok":
                yield line
        for table, row, parent, _number in connection.execute("PRAGMA foreign_key_check").fetchmany(10):
            yield f"{table} {row}: {parent}"


def is_open_elsewhere(file: Path) -> bool:
    """Whether another connection, of any process, has this file open. Leaves the file as it is."""
    if not file.is_file():
        return False
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as connection:
        try:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            if mode == "delete":
                connection.execute("BEGIN EXCLUSIVE")
                connection.execute("ROLLBACK")
                connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.DatabaseError as error:  # one that is damaged is open nowhere
            return getattr(error, "sqlite_errorname", "SQLITE_BUSY") in ("SQLITE_BUSY", "SQLITE_LOCKED")
    return mode != "delete"


def _connect(file: Path) -> Any:
    return sqlite3.connect(file, isolation_level=None)
