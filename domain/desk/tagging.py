"""Tags: what gathers articles across sections. The list of one is walked along an index of its own, kept in step here."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, event, inspect, select, update
from sqlalchemy.orm import Session

from database import db
from database.statement import Statement
from lib.plain import maker
from lib.text import names, plain
from models import Post, PostTag, Tag

LONGEST = 300  # characters of an address that are looked at


def find(name: str) -> Tag | None:
    """The tag that is meant by this name, in whatever case, width or spaces it is written; plain (lib/plain.py)."""
    key = plain.key(names.tag(name)) if len(name) <= LONGEST else ""
    rows = _BY_KEY(key=key) if key else []
    return _tag(rows[0]) if rows else None


_tag = maker(Tag)
_BY_KEY = Statement(select(Tag.__table__).where(Tag.key == bindparam("key")))


def put(post: Post, wanted: Sequence[str]) -> None:
    """Give an article these tags and no others, in this order. A name that is the same as one before it is left out.

    A tag is written as it was first, as long as another article has it too.
    """
    known = {tag.key: tag for tag in _known(map(plain.key, wanted))}
    standing = {tagged.tag.key: tagged for tagged in post.tagged}
    kept: dict[str, PostTag] = {}
    for name in wanted:
        key = plain.key(name)
        if key and key not in kept:
            tag = known.get(key) or _new(name)
            kept[key] = standing.get(key) or PostTag(tag=tag)
            kept[key].position = len(kept)
            if tag.name != name and not _is_shared(tag, post):
                tag.name_as(name)
    post.tagged = list(kept.values())


def _known(keys: Iterable[str]) -> Sequence[Tag]:
    wanted = set(keys)
    return db.session.scalars(select(Tag).where(Tag.key.in_(wanted))).all() if wanted else ()


def _new(name: str) -> Tag:
    tag = Tag()
    tag.name_as(name)
    db.session.add(tag)
    return tag


def _is_shared(tag: Tag, post: Post) -> bool:
    with db.session.no_autoflush:
        others = (
            select(PostTag.post_id)
            .where(PostTag.tag_id == tag.id, PostTag.post_id != (post.id or 0))
            .limit(1)
        )
        return db.session.scalar(others) is not None


@event.listens_for(db.session, "after_flush")
def keep_in_step(session: Session, _context: Any) -> None:
    """The lists of tags know when an article appears and whether it is there: written in the same transaction."""
    moved = {row for row in [*session.new, *session.dirty] if isinstance(row, Post) and _moved(row)}
    moved |= {row.post for row in session.new if isinstance(row, PostTag)}
    if not moved:
        return
    connection = session.connection(bind_arguments={"mapper": inspect(Post)})
    for post in moved:
        appears = None if post.deleted_at else post.published_at
        here = (PostTag.post_id == post.id, PostTag.published_at.is_distinct_from(appears))
        connection.execute(update(PostTag).where(*here).values(published_at=appears))


def _moved(post: Post) -> bool:
    attributes = inspect(post).attrs
    return any(attributes[name].history.has_changes() for name in ("published_at", "deleted_at"))
