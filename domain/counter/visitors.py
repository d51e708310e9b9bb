"""Numbers of visitors and views, as pages show them. domain/counter/beats.py writes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Row, Select, func, literal_column, select

from database import db, upsert
from domain.counter.models import ImportedTotals, PostDay, PostViews, Presence, VisitDay
from models import local, now


class Moment(NamedTuple):
    """The current time in UTC, and the day and hour it falls into in the paper's time zone."""

    at: datetime
    day: date
    hour: int


@dataclass(frozen=True)
class Counts:
    """The numbers of the footer.

    :param peak: the most visitors of any one day, imported totals included
    :param total: the sum of all days, imported totals included
    """

    guests: int
    members: int
    today: int
    yesterday: int
    peak: int
    total: int


def moment() -> Moment:
    at = now()
    here = local(at)
    return Moment(at, here.date(), here.hour)


def today() -> date:
    """The current day in the paper's time zone."""
    return moment().day


def counts(window_minutes: int) -> Counts:
    """The current numbers, by one query.

    :param window_minutes: how long a browser counts as online after its last beat
    """
    return counts_and_views(None, window_minutes, 0)[0]


def counts_and_views(
    connection: Connection | None, window_minutes: int, post_id: int, when: Moment | None = None
) -> tuple[Counts, int]:
    """The current numbers and the views of an article, by one query.

    :param connection: to the visitors database, inside a transaction; None for the session's
    """
    query = _counts_query(when or moment(), window_minutes, post_id)
    if connection is not None:
        return _counts_of(connection.execute(query).one())
    return _counts_of(db.session.execute(query, bind_arguments={"mapper": VisitDay}).one())


def _counts_query(when: Moment, window_minutes: int, post_id: int) -> Select:
    is_online = Presence.seen_at > when.at - timedelta(minutes=window_minutes)
    guests = select(func.count()).where(is_online, Presence.member_id.is_(None))
    visitors = select(VisitDay.visitors)
    columns = {
        "guests": guests,
        "members": select(func.count(Presence.member_id.distinct())).where(is_online),
        "today": visitors.where(VisitDay.day == when.day),
        "yesterday": visitors.where(VisitDay.day == when.day - timedelta(days=1)),
        "peak": select(func.max(VisitDay.visitors)),
        "total": select(func.sum(VisitDay.visitors)),
        "imported_peak": select(func.max(ImportedTotals.peak)),
        "imported_total": select(func.sum(ImportedTotals.total)),
        "views": select(PostViews.views).where(PostViews.post_id == post_id),
    }
    return select(*(query.scalar_subquery().label(name) for name, query in columns.items()))


def _counts_of(row: Row) -> tuple[Counts, int]:
    guests, members, today, yesterday, peak, total, imported_peak, imported_total, views = (
        value or 0 for value in row
    )
    return Counts(guests, members, today, yesterday, max(peak, imported_peak), total + imported_total), views


def imported() -> ImportedTotals | None:
    """The totals of an old site, if the editor has entered them."""
    return db.session.get(ImportedTotals, 1)


def set_imported(connection: Connection, total: int, peak: int) -> None:
    """Replace the totals of an old site."""
    values = {"total": total, "peak": peak}
    insert = upsert(ImportedTotals.__table__, connection.dialect.name).values(id=1, **values)  # type: ignore[arg-type]
    connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=values))


def views_of(post_ids: Iterable[int]) -> dict[int, int]:
    """Views by article, by one query; 0 for an article without any."""
    ids = list(post_ids)
    if not ids:
        return {}
    query = select(PostViews.post_id, PostViews.views).where(PostViews.post_id.in_(ids))
    return dict.fromkeys(ids, 0) | {post_id: views for post_id, views in db.session.execute(query)}


def views(post_id: int) -> int:
    """Views of one article."""
    return db.session.scalar(select(PostViews.views).where(PostViews.post_id == post_id)) or 0


def most_read(days: int, limit: int) -> list[int]:
    """Ids of the most viewed articles, most views first. They may be hidden by now: the caller filters.

    :param days: how many days of the paper's time zone, today included
    """
    query = (
        select(PostDay.post_id)
        .where(PostDay.day > today() - timedelta(days=days))
        .group_by(PostDay.post_id)
        .order_by(func.sum(PostDay.views).desc(), PostDay.post_id.desc())
    )
    return list(db.session.scalars(query.limit(literal_column(str(limit)))))
