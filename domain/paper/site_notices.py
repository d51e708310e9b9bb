"""The line above every page."""

from dataclasses import dataclass

from sqlalchemy import select

from database import db
from domain.paper.models import SiteNotice
from models import digest, now


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
    query = select(SiteNotice.id, SiteNotice.text, SiteNotice.link).where(SiteNotice.is_shown(now()))
    row = db.session.execute(
        query.order_by(SiteNotice.starts_at.desc(), SiteNotice.id.desc()).limit(1)
    ).first()
    return NoticeLine(*row) if row else None
