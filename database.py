"""The two databases: `db`, naming convention, UTC moments, SQLite's pragmas, upsert for both dialects."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

try:
    import pysqlite3 as sqlite3  # SQLite before 3.51.3 can corrupt a WAL under concurrent checkpoints
except ImportError:  # pragma: no cover - platforms without its wheel
    import sqlite3

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BEAT_WAIT_MS = 30
BUSY_WAIT_MS = 5000


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Aware on the Python side, stored as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


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
        _prepare(db.engines["visitors"], "NORMAL", BEAT_WAIT_MS, locks_first=False)


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

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes") or (locks_first and write_first.get())
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def visitors_transaction(wait_ms: int = BEAT_WAIT_MS) -> Iterator[Connection]:
    """One short writing transaction in the visitors database, committed at the end.

    :param wait_ms: how long to wait for another writer before OperationalError, in milliseconds
    """
    engine = db.engines["visitors"].execution_options(writes=True)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.execute(f"PRAGMA busy_timeout={wait_ms}")  # type: ignore[attr-defined]
        with connection.begin():
            yield connection


def release() -> None:
    """End the reading so far, so that slow work (a password, a picture) holds no lock."""
    db.session.rollback()


def upsert(table: Table, connection: Connection) -> Any:
    """An INSERT that knows ON CONFLICT, for the dialect of this connection."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)
