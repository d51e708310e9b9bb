"""Sections as the desk lists them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from database import db
from models import Section


def groups() -> Sequence[Section]:
    """The groups in order, each with its sections."""
    query = select(Section).where(Section.parent_id.is_(None)).order_by(Section.position, Section.id)
    return db.session.scalars(query.options(selectinload(Section.children))).all()
