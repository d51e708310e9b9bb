"""Versions of articles. Each act at the desk keeps the version before it and the one after it.

The first version of an article that is older than this table is written when the article is next changed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from database import db
from domain.desk import publishing
from domain.desk.models import Revision
from lib.web.paging import LARGEST_ID, newest_first
from models import Correction, Member, Photo, Post, Refused, now

PAGE = 50


@contextmanager
def recorded(post: Post, author: Member | None, note: str = "", *, is_small: bool = False) -> Iterator[None]:
    """Keep the versions of an article before and after what is done to it in this block.

    :param note: why it is done
    """
    before = newest(post) if post.id else None
    if post.id and before is None:
        before = _first(post)
        db.session.add(before)
    yield
    db.session.flush()
    after = snapshot(post, author)
    after.note, after.is_small, after.changes = note, is_small, changes(before, after)
    if after.changes:
        db.session.add(after)


def put_aside(typed: Revision) -> Revision | None:
    """Keep a version that was typed and not saved. Returns it, or the same one that is kept already.

    :returns: None if it says what the article says
    """
    typed.is_aside, typed.changes = True, changes(_newest(typed.post_id), typed)
    if not typed.changes:
        return None
    kept = _newest(typed.post_id, is_aside=True)
    if kept and not changes(kept, typed):
        return kept
    db.session.add(typed)
    return typed


def newest(post: Post) -> Revision | None:
    """The last version that stood in the article; None for an article that is older than the table."""
    return _newest(post.id)


def base(post: Post, id: int | None) -> Revision | None:
    """The version that editing began with.

    :param id: of that version; 0: it was not stored yet, so it is the first; None: not known
    """
    query = select(Revision).where(Revision.post_id == post.id, Revision.is_aside.is_(False))
    if id:
        query = query.where(Revision.id == id)
    return None if id is None else db.session.scalar(query.order_by(Revision.id).limit(1))


def snapshot(post: Post, author: Member | None = None) -> Revision:
    """The present version of an article, not in the session. A summary that follows the text is empty."""
    written_summary = {"summary": "" if post.summary == publishing.summary(post.body) else post.summary}
    same = (*Revision.COLUMNS, "section_id", "published_at", "deleted_at")
    return Revision(
        post_id=post.id,
        author_id=author.id if author else None,
        section_name=post.section.name,
        tags=[tag.name for tag in post.tags],
        photos=[_photo(photo) for photo in post.photos],
        corrections=[_notice(notice) for notice in post.corrections],
        details={name: getattr(post, name) for name in Revision.DETAILS} | written_summary | _later(post),
        **{name: getattr(post, name) for name in same},
    )


def changes(before: Revision | None, after: Revision) -> list[str]:
    """The names of what differs between two versions, of Revision.CONTENT."""
    return [name for name in Revision.CONTENT if _value(before, name) != _value(after, name)]


def listed(post: Post, before: int | None = None) -> tuple[Sequence[Revision], bool]:
    """A page of the versions of an article without their texts, newest first, and whether more follow.

    :param before: the id of the last version of the page before
    """
    query = select(Revision).where(Revision.post_id == post.id)
    options = (defer(Revision.body), joinedload(Revision.author))
    return newest_first(db.session, query.options(*options), Revision.id, before, PAGE)


def find(post: Post, id: int) -> Revision:
    """A version of this article.

    :raises Refused: there is none with this id (404)
    """
    found = db.session.get(Revision, id) if id <= LARGEST_ID else None
    if found is None or found.post_id != post.id:
        raise Refused(_("There is no such version of this article."), 404)
    return found


def before(revision: Revision) -> Revision | None:
    """The version that stood in the article before this one; None for the first."""
    query = select(Revision).where(
        Revision.post_id == revision.post_id, Revision.is_aside.is_(False), Revision.id < revision.id
    )
    return db.session.scalar(query.order_by(Revision.id.desc()).limit(1))


def _newest(post_id: int, *, is_aside: bool = False) -> Revision | None:
    query = select(Revision).where(Revision.post_id == post_id, Revision.is_aside.is_(is_aside))
    return db.session.scalar(query.order_by(Revision.id.desc()).limit(1))


def _later(post: Post) -> dict[str, Any]:
    values = {name: getattr(post, name) for name in Revision.LATER_DETAILS}
    return {name: value for name, value in values.items() if value}


def _notice(correction: Correction) -> dict[str, str]:
    """A correction as a version holds it. One without a title looks as it did before there were titles."""
    title = {"title": correction.title} if correction.title else {}
    return {"kind": correction.kind, "body": correction.body} | title


def _photo(photo: Photo) -> dict[str, Any]:
    """Its entry in a version. The caption of one in the text stands there."""
    entry = {name: getattr(photo, name) for name in Revision.PHOTO} | photo.details
    return entry | {"caption": ""} if photo.in_text else entry


def _first(post: Post) -> Revision:
    """The version of an article that was saved before versions were kept."""
    first = snapshot(post)
    first.author_id = post.author_id
    moments = (post.created_at, post.published_at, post.edited_at, post.deleted_at)
    first.created_at = max(moment for moment in moments if moment and moment <= max(now(), post.created_at))
    first.changes = []
    return first


def _value(revision: Revision | None, name: str) -> Any:
    """A value to compare. Nothing before is nothing at all."""
    return getattr(revision, name) or None if revision else None
