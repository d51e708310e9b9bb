"""The version of what readers can see: cached pages and fragments are valid for one version."""

import time
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, literal_column, select
from sqlalchemy.exc import SQLAlchemyError

from models import Post, now


class ContentVersion:
    """A value that changes with every commit to the news, and whenever a scheduled article appears.

    None if the database cannot be read.

    :param data_version: returns another value after every commit (database.DataVersion)
    """

    def __init__(self, engine: Engine, data_version: Callable[[], Hashable | None]):
        self.engine, self.data_version = engine, data_version
        # The data version, and when the next scheduled article appears (seconds since the epoch).
        self.current: tuple[Hashable, float] = (None, 0.0)

    def __call__(self) -> Hashable | None:
        data_version = self.data_version()
        if data_version is None:
            return None
        version = self.current  # read once: other threads replace it
        if version[0] != data_version or version[1] <= time.time():
            try:
                with self.engine.connect() as connection:
                    moment = connection.scalar(next_appearance(now()))
            except SQLAlchemyError:
                return None
            self.current = version = (data_version, moment.timestamp() if moment else float("inf"))
        return version


def next_appearance(at: datetime) -> Any:
    """Select the moment at which the next scheduled article appears."""
    scheduled = select(Post.published_at).where(Post.published_at > at, Post.deleted_at.is_(None))
    return scheduled.order_by(Post.published_at).limit(literal_column("1"))
