"""The two databases: `db`, naming convention, UTC moments, SQLite's pragmas, upsert for both dialects."""

import functools
import json
import mmap
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, Table, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

from lib.sqlite import sqlite3

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_WAIT_MS = 5000
TURN_WAIT_MS = 2000  # for other threads that write the news, before SQLite is asked
READERS_WAIT_MS = 500  # for those who are reading, once a day
LEAST_WAIT_MS = 30  # for another process, however long other threads took


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Aware on the Python side, stored as UTC.

    SQLite keeps it as the text that SQLAlchemy makes of it. A list of articles holds a hundred moments: they are read and written
    here without the detours that other dialects' need.
    """

    impl = DateTime
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and _in_utc(value).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    return _in_utc(value).isoformat(" ", "microseconds")[:26] if value else None


def _from_text(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    registry = registry(type_annotation_map={datetime: UTCDateTime})
    metadata = MetaData(naming_convention=CONVENTION)


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:  # a type checker reads SQLAlchemy's own base better
    Model = Base
else:
    Model = db.Model

# True while a request or a command that may change the news is under way: its first question then
# takes the write lock, so that it never finds, at the end, that somebody else has written meanwhile.
write_first: ContextVar[bool] = ContextVar("write_first", default=False)


def configure(app: Flask, news_url: str, visitors_url: str, connections: int) -> None:
    """Attach both databases to the app.

    :param connections: the most connections one process holds to each file
    """
    kept = min(8, connections)  # the rest are closed again when the rush is over
    options: dict[str, Any] = {"pool_size": kept, "max_overflow": connections - kept, "pool_timeout": 15, "pool_use_lifo": True}
    app.config["SQLALCHEMY_DATABASE_URI"] = news_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options | _module(news_url)
    app.config["SQLALCHEMY_BINDS"] = {"visitors": options | {"url": visitors_url} | _module(visitors_url)}
    db.init_app(app)
    with app.app_context():
        _prepare(db.engine, "FULL", BUSY_WAIT_MS, locks_first=True)
        _prepare(db.engines["visitors"], "NORMAL", BUSY_WAIT_MS, locks_first=False)
        beats[db.engines["visitors"]] = threading.BoundedSemaphore(max(1, app.config["SETTINGS"].threads // 2))


def _module(url: str) -> dict[str, Any]:
    return {"module": sqlite3} if url.startswith("sqlite") else {}


def _prepare(engine: Engine, synchronous: str, busy_ms: int, *, locks_first: bool) -> None:
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        for pragma in (
            f"busy_timeout={busy_ms}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "secure_delete=ON",  # what is thrown away is gone from the file too
            "cache_size=-2000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    turn = _turns.setdefault(engine, threading.Lock())

    @event.listens_for(engine, "checkin")
    def checkin(_connection: Any, record: Any) -> None:
        if record.info.pop("has_turn", False):
            turn.release()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes") or (locks_first and write_first.get())
        if writes:
            if locks_first:
                _take_turn(connection, turn)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # cannot be refused, and asks nothing yet: SQLAlchemy need not count it among its questions
            connection.connection.execute("BEGIN")  # type: ignore[attr-defined]


def _take_turn(connection: Connection, turn: threading.Lock) -> None:
    """Threads queue up before they ask SQLite for its write lock: its own waiting is sleeping and asking again, and whoever has slept
    longest is served last. The turn ends when the connection is given back. Whoever waits long asks SQLite all the same."""
    if not connection.info.get("has_turn") and turn.acquire(timeout=TURN_WAIT_MS / 1000):
        connection.info["has_turn"] = True


_turn = threading.Lock()  # among the threads of a process
_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()  # of the threads that want to write the news
beats: WeakKeyDictionary[Engine, threading.Semaphore] = WeakKeyDictionary()  # places to wait, for half of an app's threads


@contextmanager
def beat_transaction(wait_ms: int) -> Iterator[Connection]:
    """`visitors_transaction` for a beat. It comes again and must not take the last thread: TimeoutError at once where many wait."""
    places = beats[db.engines["visitors"]]
    if not places.acquire(blocking=False):
        raise TimeoutError("too many beats are waiting")
    try:
        with visitors_transaction(wait_ms) as connection:
            yield connection
    finally:
        places.release()


@contextmanager
def visitors_transaction(wait_ms: int = BUSY_WAIT_MS) -> Iterator[Connection]:
    """One short writing transaction in the visitors database, committed at the end.

    SQLite's own waiting is sleeping and asking again: the longer one has slept, the more others come first. So the threads of a
    process queue up before it, and only as many ask as there are processes.

    :param wait_ms: how long to wait for other threads and processes in all, before TimeoutError or OperationalError
    """
    engine = db.engines["visitors"].execution_options(writes=True)
    queues, begun = engine.dialect.name == "sqlite", time.monotonic()
    if queues and not _turn.acquire(timeout=wait_ms / 1000):
        raise TimeoutError("other threads are writing")
    try:
        with engine.connect() as connection:
            if queues:
                left = max(LEAST_WAIT_MS, wait_ms - int((time.monotonic() - begun) * 1000))
                _wait(connection, left)
            with connection.begin():
                yield connection
            if queues and connection.info.pop("empties_log", False):
                _wait(connection, READERS_WAIT_MS)
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]
    finally:
        if queues:
            _turn.release()


def _wait(connection: Connection, wait_ms: int) -> None:
    """So long for other processes, from now on; not said again where it is as before."""
    if connection.info.get("waits") != wait_ms:
        connection.connection.execute(f"PRAGMA busy_timeout={wait_ms}")  # type: ignore[attr-defined]
        connection.info["waits"] = wait_ms


def empty_log(connection: Connection) -> None:
    """What this transaction throws away is gone from the write-ahead log too, once it is committed; not while somebody is reading."""
    connection.info["empties_log"] = True


class Changes:
    """Another number after every commit to the news, by whichever process; none where it cannot be told. What kept pages go by.

    `PRAGMA data_version` tells it without reading a row. It is asked again only when the head of the shared memory of SQLite's
    write-ahead log has changed, which every commit does before it returns: looking there takes no system call and lets no other
    thread in between. Another database than SQLite would need a source of its own in this place.
    """

    HEAD = 48  # bytes: the first of two copies, the one that is written last (https://sqlite.org/walformat.html, 2.1)
    # Kept to the end: closing one would drop every lock that connections of this process hold on the file.
    opened: ClassVar[list[tuple[int, mmap.mmap]]] = []

    def __init__(self, file: Path):
        self.file = file
        self.lock = threading.Lock()  # one connection, for the numbers of two cannot be compared
        self.cursor: Any = None
        self.shared: mmap.mmap | None = None
        self.last: tuple[bytes, int] = (b"", 0)

    def __call__(self) -> int | None:
        head, version = self.last
        return version if self.shared and self.shared[: self.HEAD] == head else self._ask()

    def _ask(self) -> int | None:
        with self.lock:
            try:
                cursor = self.cursor or self._open()
                head = self.shared[: self.HEAD] if self.shared else b""  # looked at first: what comes between is another head
                self.last = head, cursor.execute("PRAGMA data_version").fetchone()[0]
                return self.last[1]
            except (sqlite3.Error, OSError):  # type: ignore[attr-defined]
                self.cursor = self.shared = None
                return None

    def _open(self) -> Any:
        if not self.file.is_file():  # connecting would make an empty one
            raise FileNotFoundError(self.file)
        connection = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)  # type: ignore[attr-defined]
        connection.execute("PRAGMA query_only=ON")
        self.cursor = connection.cursor()
        if self.cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            self.cursor.execute("SELECT 1 FROM sqlite_schema").fetchone()  # from here on the shared memory is there
            descriptor = os.open(f"{self.file}-shm", os.O_RDONLY)
            self.shared = mmap.mmap(descriptor, self.HEAD, prot=mmap.PROT_READ)
            self.opened.append((descriptor, self.shared))
        return self.cursor


def release() -> None:
    """End the reading so far, so that slow work (a password, a picture) holds no lock."""
    if db.session.registry.has():
        db.session.rollback()


@contextmanager
def writing() -> Iterator[None]:
    """A writing transaction of the news for Statements alone, committed at the end: for a request that has only read until now.

    Past the session, whose own way there and back takes longer than the rows do; what a session asks meanwhile is another transaction.

    :raises OperationalError: others write for too long
    """
    release()
    engine = db.engine
    if engine.dialect.name != "sqlite":
        with db.session.begin():
            yield
        return
    turn, connection = _turns[engine], _reader(engine)
    has_turn = turn.acquire(timeout=TURN_WAIT_MS / 1000)
    try:
        _say(engine, connection, "BEGIN IMMEDIATE")
        token = _written_to.set(connection)
        try:
            yield
        finally:
            _written_to.reset(token)
        _say(engine, connection, "COMMIT")
    except BaseException:
        connection.close()  # what was not committed is rolled back
        raise
    finally:
        if has_turn:
            turn.release()
    _keep_reader(engine, connection)


def _say(engine: Engine, connection: Any, sql: str) -> None:
    try:
        connection.execute(sql)
    except engine.dialect.loaded_dbapi.Error as error:
        raise _told(engine, sql, (), error) from error


def _told(engine: Engine, sql: str, parameters: Any, error: Exception) -> Exception:
    """A mistake of the driver's as SQLAlchemy tells it."""
    return DBAPIError.instance(sql, parameters, error, engine.dialect.loaded_dbapi.Error, dialect=engine.dialect)


def upsert(table: Table, dialect: str) -> Any:
    """An INSERT that knows ON CONFLICT, for the dialect of this name."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # 60 ms and 2 MB that most papers have no use for

    return postgresql.insert(table)


class Statement:
    """A statement that is asked again and again: compiled once. Rows are plain, their values are as SQLAlchemy gives them.

    It goes to the driver past SQLAlchemy, whose own way there and back calls forty times as many functions: where no transaction is
    under way, each question is one of its own.

    :param statement: or what makes it for a dialect by its name; its parameters are named, lists (`expanding`) are of integers
    :param bind: of which database
    :param columns: that an INSERT gives
    """

    def __init__(self, statement: Any, bind: str | None = None, columns: Sequence[str] | None = None):
        self.statement, self.bind, self.columns = statement, bind, columns
        self.compiled: dict[str, _Compiled] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """The rows: within `writing`, or as the session's transaction sees them where there is one, or is to be one that writes."""
        engine = db.engines[self.bind]
        compiled = self.compiled_for(engine.dialect)
        if compiled.lists and engine.dialect.name != "sqlite":
            return list(db.session.connection({"bind": engine}).execute(self.statement, values))
        parameters = compiled.parameters(values)
        if self.bind is None and (connection := _written_to.get()):
            return self._run(engine, connection, compiled, parameters)
        if engine.dialect.name != "sqlite" or not compiled.reads or write_first.get() or _has_begun():
            return self._run(engine, db.session.connection({"bind": engine}).connection, compiled, parameters)
        connection = _reader(engine)
        try:
            rows = self._run(engine, connection, compiled, parameters)
        except BaseException:
            connection.close()
            raise
        _keep_reader(engine, connection)
        return rows

    def _run(self, engine: Engine, connection: Any, compiled: "_Compiled", parameters: Any) -> list[Any]:
        cursor = connection.cursor()
        for listener in engine.dispatch.before_cursor_execute:  # so that tests see every statement
            listener(engine, cursor, compiled.sql, parameters, None, False)
        try:
            return compiled.run(cursor, parameters)
        except engine.dialect.loaded_dbapi.Error as error:
            raise _told(engine, compiled.sql, parameters, error) from error

    def compiled_for(self, dialect: Dialect) -> "_Compiled":
        if found := self.compiled.get(dialect.name):
            return found
        statement = self.statement(dialect.name) if callable(self.statement) else self.statement
        return self.compiled.setdefault(dialect.name, _Compiled(statement, dialect, self.columns))


def _has_begun() -> bool:
    """Whether the session has a transaction under way."""
    return db.session.registry.has() and db.session.registry().in_transaction()


_written_to: ContextVar[Any] = ContextVar("written_to", default=None)  # the connection of `writing`

# Connections of the driver's, each for one question at a time, outside of any transaction: to get one from SQLAlchemy and give it back
# takes longer than most questions do.
_readers: WeakKeyDictionary[Engine, list[Any]] = WeakKeyDictionary()
KEPT_READERS = 4


def _reader(engine: Engine) -> Any:
    try:
        return _readers[engine].pop()
    except (KeyError, IndexError):
        fresh = engine.raw_connection()
        connection = fresh.driver_connection
        fresh.detach()
        return connection


def _keep_reader(engine: Engine, connection: Any) -> None:
    kept = _readers.setdefault(engine, [])
    if len(kept) < KEPT_READERS:
        kept.append(connection)
    else:
        connection.close()


@functools.cache
def _with_constants(compiler: type[Any]) -> type[Any]:
    """Of a dialect, but numbers and words that never change stand in the text itself.

    SQLite plans a statement again whenever a parameter behind LIMIT is given, were it the same as before, for the best plan depends
    on it: that takes longer than finding the rows (https://sqlite.org/queryplanner-ng.html, "Query Planner Stability Guarantee").
    """

    class WithConstants(compiler):  # type: ignore[misc]
        def visit_bindparam(self, bindparam: Any, **options: Any) -> str:
            if bindparam.unique and isinstance(bindparam.value, int | str):  # what has a name is given at every question
                options["literal_binds"] = True
            return super().visit_bindparam(bindparam, **options)

    return WithConstants


class _Compiled:
    """A statement in the words of one dialect."""

    def __init__(self, statement: Any, dialect: Dialect, columns: Sequence[str] | None = None):
        compiler = _with_constants(dialect.statement_compiler)
        compiled = compiler(dialect, statement, **({"column_keys": list(columns)} if columns else {}))
        self.sql, self.given = str(compiled), dict(compiled.params)
        self.reads = self.sql.lstrip().startswith(("SELECT", "WITH"))
        self.lists = [name for bind, name in compiled.bind_names.items() if bind.expanding]
        for name in self.lists:  # one text for lists of every length
            self.sql = self.sql.replace(f"(__[POSTCOMPILE_{name}])", "(SELECT value FROM json_each(?))")
        self.order: list[str] | None = compiled.positiontup
        binds = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for bind, name in compiled.bind_names.items()}
        self.told = {name: processor for name, processor in binds.items() if processor}
        selected = enumerate(column.type for column in getattr(statement, "selected_columns", ()))
        read = [(place, type_.dialect_impl(dialect).result_processor(dialect, None)) for place, type_ in selected]
        self.read = [(place, processor) for place, processor in read if processor]

    def parameters(self, values: dict[str, Any]) -> Any:
        """As the driver takes them."""
        said = self.given | values
        for name, processor in self.told.items():
            said[name] = processor(said[name])
        for name in self.lists:
            said[name] = json.dumps(list(said[name]))
        return said if self.order is None else tuple(said[name] for name in self.order)

    def run(self, cursor: Any, parameters: Any) -> list[Any]:
        """The rows."""
        cursor.execute(self.sql, parameters)
        found = cursor.fetchall()
        if not self.read:
            return found
        rows = [list(row) for row in found]
        for row in rows:
            for place, processor in self.read:
                row[place] = processor(row[place])
        return rows


@contextmanager
def quick_transaction(engine: Engine) -> Iterator[Callable[..., Any]]:
    """`visitors_transaction` past SQLAlchemy, for SQLite; given up where many are writing: sqlite3.OperationalError.

    Yields what runs a Statement in it, with its values: the rows, or for a change how many rows were changed.
    """
    if not _turn.acquire(timeout=LEAST_WAIT_MS / 1000):
        raise sqlite3.OperationalError("other threads are writing")  # type: ignore[attr-defined]
    try:
        raw = engine.raw_connection()
        cursor = raw.cursor()

        def run(statement: Statement, **values: Any) -> Any:
            compiled = statement.compiled_for(engine.dialect)
            rows = compiled.run(cursor, compiled.parameters(values))
            return cursor.rowcount if statement.statement.is_dml else rows

        try:
            cursor.execute("BEGIN IMMEDIATE")
            yield run
            cursor.execute("COMMIT")
        finally:
            raw.close()  # what was not committed is rolled back
    finally:
        _turn.release()


def once_a_dialect(build: Callable[..., Any]) -> Callable[..., Any]:
    """For a function that puts a statement together from a connection and what it is about: done once, for it costs more than the
    statement itself, and that while a beat keeps others waiting."""
    kept: dict[tuple[Any, ...], Any] = {}

    @functools.wraps(build)
    def statement(connection: Connection, *about: Any) -> Any:
        key = (connection.dialect.name, *about)
        if key not in kept:
            kept[key] = build(connection, *about)
        return kept[key]

    return statement
