"""Who is here now and how many were: presence by comparing moments, sums by day."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import to_user_timezone
from sqlalchemy import func, select

from database import db
from models import Presence, VisitDay, now


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
