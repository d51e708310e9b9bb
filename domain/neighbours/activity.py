"""How much is written and who joins, summed by hour and day in the same transaction in which it happens."""

from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, event

from database import Model, upsert
from database.statement import Statement
from models import ActivityDay, ActivityHour, Comment, Member, local


def written(at: datetime) -> None:
    """A comment."""
    _add(at, "comments")


@event.listens_for(Comment, "after_insert")
def _comment(_mapper: Any, _connection: Connection, comment: Comment) -> None:
    written(comment.created_at)


@event.listens_for(Member, "after_insert")
def _joined(_mapper: Any, _connection: Connection, member: Member) -> None:
    if not member.is_editor:
        _add(member.joined_at, "joins")


def _add(at: datetime, column: str) -> None:
    here = local(at)
    _adding(ActivityDay, ("day",), column)(day=here.date())
    _adding(ActivityHour, ("day", "hour"), column)(day=here.date(), hour=here.hour)


@cache
def _adding(table: type[Model], keys: tuple[str, ...], column: str) -> Statement:
    return Statement(partial(_insert, table, keys, column), columns=keys)


def _insert(table: type[Model], keys: tuple[str, ...], column: str, dialect: str) -> Any:
    insert = upsert(table.__table__, dialect).values({"comments": 0, "joins": 0} | {column: 1})  # type: ignore[arg-type]
    return insert.on_conflict_do_update(index_elements=list(keys), set_={column: getattr(table, column) + 1})
