"""What every page tells a member: newer terms to agree to, unread notices. One query for both."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from database import UTCDateTime, rows_of
from domain.mail import notices
from domain.paper import pages
from models import now


@dataclass(frozen=True)
class Told:
    """See `consents.is_due`, `pages.next_change` and `notices.select_unread_count`."""

    consents_changed_at: datetime | None
    consents_change_at: datetime | None
    unread_notices: int


_AT = bindparam("at", type_=UTCDateTime)
# Built once: every page of a member asks it.
_TOLD = select(
    pages.select_asked_since(_AT).scalar_subquery(),
    pages.select_next_change_at(_AT).scalar_subquery(),
    notices.select_unread_count(bindparam("member_id"), _AT).scalar_subquery(),
)


def read(member_id: int) -> Told:
    return Told(*rows_of(_TOLD, {"member_id": member_id, "at": now()})[0])
