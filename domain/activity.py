"""How much is written and who joins, summed by hour and day in the same transaction in which it happens."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, event

from database import Model, once_a_dialect, upsert
from models import ActivityDay, ActivityHour, Comment, Member, local


@event.listens_for(Comment, "after_insert")
def _written(_mapper: Any, connection: Connection, comment: Comment) -> None:
    _add(connection, comment.created_at, "comments")


@event.listens_for(Member, "after_insert")
def _joined(_mapper: Any, connection: Connection, member: Member) -> None:
    if not member.is_editor:
        _add(connection, member.joined_at, "joins")


def _add(connection: Connection, at: datetime, column: str) -> None:
    here = local(at)
    for table, row in ((ActivityDay, {"day": here.date()}), (ActivityHour, {"day": here.date(), "hour": here.hour})):
        connection.execute(_adding(connection, table, tuple(row), column), row | {column: 1})


@once_a_dialect
def _adding(connection: Connection, table: type[Model], keys: tuple[str, ...], column: str) -> Any:
    insert = upsert(table.__table__, connection)  # type: ignore[arg-type]
    more = {column: getattr(table, column) + 1}
    return insert.on_conflict_do_update(index_elements=list(keys), set_=more)
