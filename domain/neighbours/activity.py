"""Sums of comments and joins by hour and day, updated in the transaction that inserts the row."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, event

from database import upsert
from domain.neighbours.models import ActivityDay, ActivityHour
from models import Comment, Member, local


@event.listens_for(Comment, "after_insert")
def count_comment(_mapper: Any, connection: Connection, comment: Comment) -> None:
    """Add a comment to the sums; deleting it later takes nothing away."""
    _add(connection, comment.created_at, "comments")


@event.listens_for(Member, "after_insert")
def count_join(_mapper: Any, connection: Connection, member: Member) -> None:
    """Add a new member to the sums. Editors do not join."""
    if not member.is_editor:
        _add(connection, member.joined_at, "joins")


def _add(connection: Connection, at: datetime, column: str) -> None:
    here = local(at)
    day, hour = {"day": here.date()}, {"day": here.date(), "hour": here.hour}
    for table, key in ((ActivityDay, day), (ActivityHour, hour)):
        insert = upsert(table.__table__, connection.dialect.name).values(
            {"comments": 0, "joins": 0} | {column: 1} | key
        )
        connection.execute(
            insert.on_conflict_do_update(index_elements=list(key), set_={column: getattr(table, column) + 1})
        )
