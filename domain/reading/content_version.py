"""What readers can see: it changes with every commit to the news, and by itself when the moment of a scheduled article has come."""

import time
from collections.abc import Callable, Hashable
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from models import Post, now

NEVER = float("inf")


class ContentVersion:
    """Another value whenever an article, a comment or anything else of the news has changed or appeared; none where it cannot be told.

    :param changes: another number after every commit
    """

    def __init__(self, engine: Engine, changes: Callable[[], int | None]):
        self.engine, self.changes = engine, changes
        self.last: tuple[int | None, float] = (
            None,
            0.0,
        )  # the number of changes, and when the next article appears

    def __call__(self) -> Hashable:
        last, number = self.last, self.changes()
        if number is not None and (last[0] != number or last[1] <= time.time()):
            try:
                self.last = last = (number, self._next())
            except SQLAlchemyError:
                return None
        return None if number is None else last

    def _next(self) -> float:
        with self.engine.connect() as connection:
            moment = connection.scalar(next_to_appear())
        return moment.timestamp() if moment else NEVER


def next_to_appear() -> Any:
    """The moment of the next scheduled article."""
    there = (Post.published_at > now(), Post.deleted_at.is_(None))
    return select(Post.published_at).where(*there).order_by(Post.published_at).limit(1)
