"""The line above every page, and what the editor does with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import literal_column, select

from database import db
from domain.paper.models import SiteNotice
from lib.web.paging import LARGEST_ID
from models import Refused, digest, now

ENDED = 20  # that the desk lists


@dataclass(frozen=True)
class NoticeLine:
    """What the line says, and where it leads (empty: nowhere)."""

    id: int
    text: str
    link: str

    @property
    def key(self) -> str:
        """What browsers remember it by that have dismissed it. It changes with the text."""
        return digest(f"{self.id} {self.text} {self.link}")[:16]


def current() -> NoticeLine | None:
    """Return the notice of this moment: of several, the one that began last."""
    return line(db.session.execute(current_row(now())).first() or (None,))


def current_row(at: Any) -> Any:
    """Select the columns of NoticeLine of the notice of a moment: one row, or none.

    :param at: the moment, or a bound parameter
    """
    query = select(SiteNotice.id, SiteNotice.text, SiteNotice.link).where(SiteNotice.is_shown(at))
    return query.order_by(SiteNotice.starts_at.desc(), SiteNotice.id.desc()).limit(literal_column("1"))


def line(row: Sequence[Any]) -> NoticeLine | None:
    """Return the notice that `current_row` selects; None for a row of NULLs."""
    return NoticeLine(*row) if row[0] else None


def find(id: int) -> SiteNotice:
    """:raises Refused: there is none (404)"""
    notice = db.session.get(SiteNotice, id) if id <= LARGEST_ID else None
    if notice is None:
        raise Refused(_("There is no such notice."), 404)
    return notice


def listed() -> tuple[Sequence[SiteNotice], Sequence[SiteNotice]]:
    """Return the notices that have not ended, the first to begin first, and the last of those that ended."""
    at = now()
    ahead = select(SiteNotice).where(SiteNotice.ends_at > at).order_by(SiteNotice.starts_at, SiteNotice.id)
    ended = select(SiteNotice).where(SiteNotice.ends_at <= at).order_by(SiteNotice.ends_at.desc())
    return db.session.scalars(ahead).all(), db.session.scalars(ended.limit(ENDED)).all()


def save(
    notice: SiteNotice | None, text: str, link: str, starts_at: datetime, ends_at: datetime
) -> SiteNotice:
    """Change a notice, or add one where `notice` is None."""
    notice = notice or SiteNotice()
    notice.text, notice.link, notice.starts_at, notice.ends_at = text, link, starts_at, ends_at
    db.session.add(notice)
    return notice
