"""Numbers of visitors and views, as pages show them. domain/counter/beats.py writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, literal_column, select

from database import db
from domain.counter.models import ImportedTotals, PostDay, PostViews, Presence, VisitDay
from domain.counter.sums import put
from models import local, now, today


class Moment(NamedTuple):
    """The current time in UTC, and the day and hour it falls into in the paper's time zone."""

    at: datetime
    day: date
    hour: int


@dataclass(frozen=True)
class Counts:
    """The numbers of the footer, and the views of one article."""

    guests: int
    members: int
    today: int
    yesterday: int
    peak: int  # the most visitors of any one day, imported totals included
    total: int  # the sum of all days, imported totals included
    views: int


def moment() -> Moment:
    at = now()
    here = local(at)
    return Moment(at, here.date(), here.hour)


_is_online = Presence.seen_at > bindparam("since")
_visitors = select(VisitDay.visitors)
_COUNTS = select(
    *(
        query.scalar_subquery()
        for query in (
            select(func.count()).where(_is_online, Presence.member_id.is_(None)),
            select(func.count(Presence.member_id.distinct())).where(_is_online),
            _visitors.where(VisitDay.day == bindparam("today")),
            _visitors.where(VisitDay.day == bindparam("yesterday")),
            select(func.max(VisitDay.visitors)),
            select(func.sum(VisitDay.visitors)),
            select(PostViews.views).where(PostViews.post_id == bindparam("post_id")),
            select(func.max(ImportedTotals.peak)),
            select(func.sum(ImportedTotals.total)),
        )
    )
)


def counts(
    window_minutes: int, post_id: int = 0, connection: Connection | None = None, when: Moment | None = None
) -> Counts:
    """The current numbers, by one query.

    :param window_minutes: how long a browser counts as online after its last beat
    :param connection: to the visitors database, inside a transaction; None for the session's
    """
    when = when or moment()
    connection = connection or _session_connection()
    parameters = {
        "since": when.at - timedelta(minutes=window_minutes),
        "today": when.day,
        "yesterday": when.day - timedelta(days=1),
        "post_id": post_id,
    }
    guests, members, today, yesterday, peak, total, views, old_peak, old_total = (
        value or 0 for value in connection.execute(_COUNTS, parameters).one()
    )
    return Counts(guests, members, today, yesterday, max(peak, old_peak), total + old_total, views)


def _session_connection() -> Connection:
    return db.session.connection(bind_arguments={"mapper": VisitDay})


def imported() -> ImportedTotals | None:
    """The totals of an old site, if the editor has entered them."""
    return db.session.get(ImportedTotals, 1)


def set_imported(connection: Connection, total: int, peak: int) -> None:
    """Replace the totals of an old site."""
    put(connection, ImportedTotals, id=1, total=total, peak=peak)


# Built once: every article page asks it.
_VIEWS = select(PostViews.views).where(PostViews.post_id == bindparam("post_id"))


def views(post_id: int) -> int:
    """Views of one article."""
    return _session_connection().scalar(_VIEWS, {"post_id": post_id}) or 0


def views_of(post_ids: Sequence[int]) -> dict[int, int]:
    """Views of these articles; those without any are left out."""
    query = select(PostViews.post_id, PostViews.views).where(PostViews.post_id.in_(post_ids))
    return {row.post_id: row.views for row in db.session.execute(query)}


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
