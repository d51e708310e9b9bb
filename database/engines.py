"""Both engines: `db`, the naming convention, the UTC type, SQLite's pragmas and how a transaction begins."""

from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

from lib.sqlite.driver import sqlite3

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 5000  # how long SQLite waits for the write lock of another connection
POOL_SIZE = 8  # connections kept open to each file

# True in a request or command that may write the news: its first statement takes the write lock (BEGIN
# IMMEDIATE). Upgrading a read transaction later would fail whenever somebody else has written in between.
write_intent: ContextVar[bool] = ContextVar("write_intent", default=False)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: an aware datetime in Python, UTC in the database.

    :raises ValueError: the datetime has no time zone
    """

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


def configure(app: Flask, news_url: str, visitors_url: str, connections: int) -> None:
    """Attach both databases to the app.

    :param connections: the most connections one process opens to each file
    """
    pool_size = min(POOL_SIZE, connections)
    options: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": connections - pool_size,
        "pool_timeout": 15,  # seconds
        "pool_use_lifo": True,
        "hide_parameters": True,  # errors are logged: what people write, addresses and tokens are not
    }
    app.config["SQLALCHEMY_DATABASE_URI"] = news_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options | _driver(news_url)
    app.config["SQLALCHEMY_BINDS"] = {"visitors": options | {"url": visitors_url} | _driver(visitors_url)}
    db.init_app(app)
    with app.app_context():
        _prepare(db.engine, synchronous="FULL", follows_intent=True)
        _prepare(db.engines["visitors"], synchronous="NORMAL", follows_intent=False)


def _driver(url: str) -> dict[str, Any]:
    return {"module": sqlite3} if url.startswith("sqlite") else {}


def _prepare(engine: Engine, *, synchronous: str, follows_intent: bool) -> None:
    """Set the pragmas of each new connection and emit BEGIN ourselves, as SQLAlchemy's SQLite page shows.

    :param follows_intent: whether `write_intent` decides how a transaction begins
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not emit BEGIN: see `begin`
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "secure_delete=ON",  # deleted content is overwritten in the file
            "cache_size=-2000",  # KiB
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes") or (follows_intent and write_intent.get())
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
