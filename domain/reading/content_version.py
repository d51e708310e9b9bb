"""The version of what readers can see: cached pages and fragments are valid for one version."""

import time
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, literal_column, select, union_all
from sqlalchemy.exc import SQLAlchemyError

from domain.desk.models import FrontSlot
from domain.paper.models import SiteNotice
from models import Post, now


class ContentVersion:
    """A value that changes with every commit to the news, and whenever something appears or ends by itself.

    That is a scheduled article, a notice above every page, or a slot of the front page. What is of a day, as
    banners are, changes at midnight with the names of fragments. None if the database cannot be read.

    :param data_version: returns another value after every commit (database.DataVersion)
    """

    def __init__(self, engine: Engine, data_version: Callable[[], Hashable | None]):
        self.engine, self.data_version = engine, data_version
        # The data version, and when something changes by itself next (seconds since the epoch).
        self.current: tuple[Hashable, float] = (None, 0.0)

    def __call__(self) -> Hashable | None:
        data_version = self.data_version()
        if data_version is None:
            return None
        version = self.current  # read once: other threads replace it
        if version[0] != data_version or version[1] <= time.time():
            try:
                with self.engine.connect() as connection:
                    moment = connection.scalar(next_change(now()))
            except SQLAlchemyError:
                return None
            self.current = version = (data_version, moment.timestamp() if moment else float("inf"))
        return version


def next_change(at: datetime) -> Any:
    """Select the moment at which something appears or ends by itself next."""
    scheduled = select(Post.published_at).where(Post.published_at > at, Post.deleted_at.is_(None))
    next_article = scheduled.order_by(Post.published_at).limit(literal_column("1")).subquery()
    moments = [select(next_article.c.published_at.label("moment"))]
    for moment in (FrontSlot.expires_at, SiteNotice.starts_at, SiteNotice.ends_at):
        moments.append(select(func.min(moment)).where(moment > at))
    return select(func.min(union_all(*moments).subquery().c.moment))
