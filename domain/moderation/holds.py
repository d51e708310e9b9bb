"""게시중단 요청 and 임시조치: requests to take a comment or an article out of sight, and what was decided."""

from sqlalchemy import func, or_, select

from database import db
from domain.moderation.models import Hold

MOST_OPEN = 200  # listed, and counted


def waiting() -> int:
    """Number of requests that need the editor: new, disputed, or about to end. Counted up to MOST_OPEN."""
    needs = or_(Hold.held_at.is_(None), Hold.objected_at.is_not(None), Hold.asked_at.is_not(None))
    found = select(Hold.id).where(Hold.closed_at.is_(None), needs).limit(MOST_OPEN)
    return db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
