"""Tags, found by their names."""

from sqlalchemy import select

from database import db
from lib.text import names, plain
from models import Tag

LONGEST = 300  # characters of a name that is looked up


def find(name: str) -> Tag | None:
    """Return the tag with this name, whatever its case, width or spaces."""
    key = plain.key(names.tag(name)) if len(name) <= LONGEST else ""
    return db.session.scalar(select(Tag).where(Tag.key == key)) if key else None
