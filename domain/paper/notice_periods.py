"""How long before its day of effect a new version is announced, as the terms promise."""

from datetime import date, timedelta

from sqlalchemy import select

from database import db
from domain.neighbours.models import Consent
from domain.paper.pages import REQUIRED_CONSENT
from models import Member, today

USUAL = timedelta(days=7)
UNFAVOURABLE = timedelta(days=30)  # a change to members' disadvantage


def earliest_day(slug: str, *, is_unfavourable: bool) -> date:
    """The first day on which a version that is announced now may take effect; today: at once.

    A document that no member has agreed to yet takes effect at once, and so does what needs no consent.
    """
    day = today()
    if slug not in REQUIRED_CONSENT or not _has_agreed(slug):
        return day
    return day + (UNFAVOURABLE if is_unfavourable else USUAL)


def _has_agreed(slug: str) -> bool:
    query = select(Consent.id).join(Consent.member).where(Consent.document == slug)
    query = query.where(Member.is_editor.is_(False), Member.left_at.is_(None))
    return db.session.scalar(query.limit(1)) is not None
