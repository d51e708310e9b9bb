"""Who is here now and how many were: presence by comparing moments, sums by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import to_user_timezone
from sqlalchemy import func, select

from database import db
from models import PostDay, PostViews, Presence, VisitDay, now


@dataclass(frozen=True)
class Counts:
    """The numbers of the footer. Peak is the most visitors of any one day."""

    guests: int
    members: int
    today: int
    yesterday: int
    peak: int
    total: int


def counts(window_minutes: int) -> Counts:
    """The numbers of this moment: one question.

    :param window_minutes: seen this recently is "here now"
    """
    here = Presence.seen_at > now() - timedelta(minutes=window_minutes)
    day = to_user_timezone(now()).date()
    questions = (
        select(func.count()).where(here, Presence.member_id.is_(None)),
        select(func.count(Presence.member_id.distinct())).where(here),
        select(VisitDay.visitors).where(VisitDay.day == day),
        select(VisitDay.visitors).where(VisitDay.day == day - timedelta(days=1)),
        select(func.max(VisitDay.visitors)),
        select(func.sum(VisitDay.visitors)),
    )
    row = db.session.execute(
        select(*(question.scalar_subquery() for question in questions)), bind_arguments={"bind": db.engines["visitors"]}
    ).one()
    return Counts(*(int(value or 0) for value in row))


def views_of(post_ids: Iterable[int]) -> dict[int, int]:
    """How many have read each of these articles in all; one question. An article nobody has read yet is 0."""
    ids = list(post_ids)
    if not ids:
        return {}
    question = select(PostViews.post_id, PostViews.views).where(PostViews.post_id.in_(ids))
    return dict.fromkeys(ids, 0) | {post_id: views for post_id, views in db.session.execute(question)}


def most_read(days: int, limit: int) -> list[int]:
    """Ids of the articles read most over the last days, most first; the caller asks which of them are visible.

    :param days: of the paper's own time zone, today included
    """
    since = to_user_timezone(now()).date() - timedelta(days=days - 1)
    views = func.sum(PostDay.views)
    question = select(PostDay.post_id).where(PostDay.day >= since).group_by(PostDay.post_id)
    return list(db.session.scalars(question.order_by(views.desc(), PostDay.post_id.desc()).limit(limit)))
