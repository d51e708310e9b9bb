"""What every page tells a member: newer terms to agree to, unread notices. One query for both."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from database import db
from domain.mail import notices
from domain.neighbours import consents


@dataclass(frozen=True)
class Told:
    """See `consents.is_due` and `notices.select_unread_count`."""

    consents_changed_at: datetime | None
    unread_notices: int


def read(member_id: int) -> Told:
    columns = (consents.select_newest_change(), notices.select_unread_count(member_id))
    row = db.session.execute(select(*(column.scalar_subquery() for column in columns))).one()
    return Told(*row)
