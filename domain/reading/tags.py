"""Tags, found by their names."""

from sqlalchemy import select

from database import db
from lib.text import names
from models import Tag

LONGEST = 300  # characters of a name that is looked up


def find(name: str) -> Tag | None:
    """Return the tag with this name, however it is typed: see names.tag_key."""
    key = names.tag_key(names.tag(name)) if len(name) <= LONGEST else ""
    return db.session.scalar(select(Tag).where(Tag.key == key)) if key else None
