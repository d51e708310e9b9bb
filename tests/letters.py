"""The letters that wait in the outbox of a test."""

from sqlalchemy import select

from database import db
from domain.mail.models import Mail


def waiting(address: str = "") -> list[dict]:
    """The contents of the letters, oldest first; to one address, or all."""
    db.session.rollback()
    query = select(Mail.content).where(Mail.address == address) if address else select(Mail.content)
    return list(db.session.scalars(query.order_by(Mail.id)))


def path(address: str = "") -> str:
    """The path behind the button of the newest letter."""
    return waiting(address)[-1]["path"]
