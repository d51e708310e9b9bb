"""Clicks on banners: sums by day and banner. Nothing is stored of who clicked."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, delete, func, select

from database import db
from domain.counter.models import BannerDay
from domain.counter.sums import adding
from models import today

DAYS = 60  # of one banner, that the desk lists


def count(connection: Connection, banner_id: int) -> None:
    """Add a click to the sum of today."""
    row = {"banner_id": banner_id, "day": today(), "clicks": 1}
    connection.execute(adding(connection, BannerDay, "clicks"), row)


def sums(banner_ids: Iterable[int]) -> dict[int, int]:
    """Return the clicks of all days by banner; banners without any are missing."""
    query = select(BannerDay.banner_id, func.sum(BannerDay.clicks)).where(BannerDay.banner_id.in_(banner_ids))
    return {id: int(clicks) for id, clicks in db.session.execute(query.group_by(BannerDay.banner_id))}


def by_day(banner_id: int) -> list[tuple[date, int]]:
    """Return the last days with clicks on a banner, newest first."""
    query = select(BannerDay.day, BannerDay.clicks).where(BannerDay.banner_id == banner_id)
    return [(day, n) for day, n in db.session.execute(query.order_by(BannerDay.day.desc()).limit(DAYS))]


def forget(connection: Connection, banner_id: int) -> None:
    """Delete the sums of a banner that is no more: its id may be given again."""
    connection.execute(delete(BannerDay).where(BannerDay.banner_id == banner_id))
