"""Writes in SQL that stay exact with any number of processes, keyed by the primary key of the row."""

from typing import Any

from sqlalchemy import Connection

from database import Model, upsert


def insert_new(connection: Connection, table: type[Model], **row: Any) -> bool:
    """Insert a row unless its key exists. Return whether it was inserted."""
    insert = upsert(table.__table__, connection.dialect.name)  # type: ignore[arg-type]
    return connection.execute(insert.on_conflict_do_nothing(), row).rowcount == 1


def put(connection: Connection, table: type[Model], **row: Any) -> None:
    """Insert a row, or overwrite these columns of the one that has its key."""
    insert = upsert(table.__table__, connection.dialect.name)  # type: ignore[arg-type]
    changes = {name: insert.excluded[name] for name in row}
    keys = [*table.__table__.primary_key]
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changes), row)


def adding(connection: Connection, table: type[Model], *names: str) -> Any:
    """An INSERT that adds to these columns where the row's primary key exists."""
    insert = upsert(table.__table__, connection.dialect.name)  # type: ignore[arg-type]
    sums = {name: table.__table__.c[name] + insert.excluded[name] for name in names}
    return insert.on_conflict_do_update(index_elements=[*table.__table__.primary_key], set_=sums)
