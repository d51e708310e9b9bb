"""Tags of an article. They hold a copy of its moment of publication, for the index of a tag's list."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import event, inspect, select, update
from sqlalchemy.orm import Session

from database import db
from lib.text import names
from models import Post, PostTag, Tag


def put(post: Post, tag_names: Sequence[str]) -> None:
    """Set the tags of an article, in this order. A name with the same key as one before it is skipped.

    A tag keeps its spelling as long as another article has it.
    """
    query = select(Tag).where(Tag.key.in_({names.tag_key(name) for name in tag_names}))
    known = {tag.key: tag for tag in db.session.scalars(query)}
    current = {tagged.tag.key: tagged for tagged in post.tagged}
    chosen: dict[str, PostTag] = {}
    for name in tag_names:
        key = names.tag_key(name)
        if key and key not in chosen:
            tag = known.get(key) or Tag()
            chosen[key] = current.get(key) or PostTag(tag=tag)
            chosen[key].position = len(chosen)
            if tag.id is None or (tag.name != name and not _is_shared(tag, post)):
                tag.name_as(name)
    post.tagged = list(chosen.values())


def _is_shared(tag: Tag, post: Post) -> bool:
    others = select(PostTag.post_id).where(PostTag.tag_id == tag.id, PostTag.post_id != (post.id or 0))
    with db.session.no_autoflush:
        return db.session.scalar(others.limit(1)) is not None


@event.listens_for(db.session, "after_flush")
def copy_moments(session: Session, _context: Any) -> None:
    """Copy the moment of publication to the article's tags; None while it is deleted."""
    posts = {row for row in [*session.new, *session.dirty] if isinstance(row, Post) and _has_moved(row)}
    posts |= {row.post for row in session.new if isinstance(row, PostTag)}
    for post in posts:
        moment = None if post.deleted_at else post.published_at
        outdated = (PostTag.post_id == post.id, PostTag.published_at.is_distinct_from(moment))
        session.execute(
            update(PostTag).where(*outdated).values(published_at=moment),
            execution_options={"synchronize_session": False},
        )


def _has_moved(post: Post) -> bool:
    attributes = inspect(post).attrs
    return any(attributes[name].history.has_changes() for name in ("published_at", "deleted_at"))
