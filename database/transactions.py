"""How code outside this package reaches the databases. See the docstring of the package for the four ways."""

import threading
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import TimeoutError

from database.engines import BUSY_TIMEOUT_MS, db
from lib.sqlite.driver import sqlite3

# A checkpoint that waits for a reader, such as a backup, holds the write lock meanwhile: it waits briefly,
# and writers have their turn before the next attempt.
CHECKPOINT_MS, CHECKPOINTS = 50, 20
SHARED_SECONDS = 0.002  # for which an answer about the version is used again: threads would queue to ask

# SQLite waits for a lock by polling: threads that queue here are served in their order.
_visitors_lock = threading.Lock()


def end_transaction() -> None:
    """End the session's transaction, so that slow work (a password hash, a photo) holds no lock."""
    if db.session.registry.has():
        db.session.rollback()


def rows_of(query: Any, parameters: dict[str, Any] | None = None) -> Sequence[Any]:
    """Return the rows of a query of columns on the news, in the session's transaction.

    Changes that wait in the session are flushed first, as by `db.session.execute`. That also prepares for
    mapped objects, which takes as long again.
    """
    db.session.flush()
    return db.session.connection().execute(query, parameters).all()


@contextmanager
def visitors_transaction(wait_ms: int = BUSY_TIMEOUT_MS) -> Iterator[Connection]:
    """Yield a connection to the visitors database in one short writing transaction, committed at the end.

    :param wait_ms: how long to wait for other threads of this process and for other processes, in all
    :raises TimeoutError: other threads were writing for that long
    :raises OperationalError: another process was writing for that long
    """
    deadline = time.monotonic() + wait_ms / 1000
    if not _visitors_lock.acquire(timeout=wait_ms / 1000):
        raise TimeoutError("other threads are writing to the visitors database")
    try:
        with db.engines["visitors"].execution_options(writes=True).connect() as connection:
            _set_busy_timeout(connection, deadline - time.monotonic())
            with connection.begin():
                yield connection
            if connection.info.pop("truncate_wal", False):
                _driver_connection(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        _visitors_lock.release()


def _set_busy_timeout(connection: Connection, seconds: float) -> None:
    if connection.dialect.name == "sqlite":
        milliseconds = max(0, int(seconds * 1000))
        _driver_connection(connection).execute(f"PRAGMA busy_timeout={milliseconds}")


def truncate_wal(connection: Connection) -> None:
    """Empty the write-ahead log after this transaction, so that deleted content is gone from it too."""
    if connection.dialect.name == "sqlite":
        connection.info["truncate_wal"] = True


def empty_wal() -> bool:
    """Empty the write-ahead log of the news, after the commit of what was erased. Ends the transaction.

    :returns: False if somebody reads what was there before, even after BUSY_TIMEOUT_MS: try again later
    """
    end_transaction()
    if db.engine.dialect.name != "sqlite":
        return True
    with db.engine.connect() as connection:
        driver = _driver_connection(connection)
        driver.execute(f"PRAGMA busy_timeout={CHECKPOINT_MS}")
        try:
            for attempt in range(CHECKPOINTS):
                if attempt:
                    time.sleep(BUSY_TIMEOUT_MS / CHECKPOINTS / 1000)
                if not driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    return True
        finally:
            driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return False


def _driver_connection(connection: Connection) -> Any:
    """The driver's own connection: a statement on it begins no transaction."""
    return connection.connection.driver_connection


_commits = 0  # of this process to the news


@event.listens_for(db.session, "after_commit")
def _count_commit(_session: Any) -> None:
    global _commits
    _commits += 1


class DataVersion:
    """A value that changes with every commit to the news by any process; None if the file cannot be read.

    Asks `PRAGMA data_version`, whose numbers can be compared on one connection only. What this process
    commits shows at once; what another one commits, at most SHARED_SECONDS later.

    :param file: the SQLite file. Another database would need a source of its own in this place.
    """

    def __init__(self, file: Path):
        self.file = file
        self.lock = threading.Lock()
        self.connection: Any = None
        self.opened = 0
        self.last: tuple[int, float, Hashable | None] = (0, 0.0, None)  # commits, valid until, version

    def __call__(self) -> Hashable | None:
        commits, valid_until, version = self.last
        if commits == _commits and time.monotonic() < valid_until:
            return version
        with self.lock:
            commits, valid_until = _commits, time.monotonic() + SHARED_SECONDS
            version = self._ask()
            self.last = commits, valid_until, version
            return version

    def _ask(self) -> Hashable | None:
        try:
            connection = self.connection or self._open()
            return self.opened, connection.execute("PRAGMA data_version").fetchone()[0]
        except (sqlite3.Error, OSError):
            self.connection = None
            return None

    def _open(self) -> Any:
        if not self.file.is_file():  # connecting would create it
            raise FileNotFoundError(self.file)
        self.connection = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)
        self.connection.execute("PRAGMA query_only=ON")
        self.opened += 1
        return self.connection


def upsert(table: Table, dialect: str) -> Any:
    """An INSERT that knows ON CONFLICT, for the dialect of this name."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # 60 ms and 2 MB that a paper on SQLite does not need

    return postgresql.insert(table)
