"""Tags, found by their names."""

from sqlalchemy import exists, select

from database import db
from lib.text import names
from models import Post, PostTag, Tag, now

LONGEST = 300  # characters of a name that is looked up


def find(name: str) -> Tag | None:
    """Return the tag with this name, however it is typed (names.tag_key).

    None until an article with it appears: the tags of what is still to come tell nobody about it.
    """
    key = names.tag_key(names.tag(name)) if len(name) <= LONGEST else ""
    has_appeared = exists().where(
        PostTag.tag_id == Tag.id, PostTag.post_id == Post.id, Post.published_at <= now()
    )
    return db.session.scalar(select(Tag).where(Tag.key == key, has_appeared)) if key else None
