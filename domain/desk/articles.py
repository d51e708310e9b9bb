"""Articles in any state, for the desk: one, or the newest of a state. archive.py lists all."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from database import db
from lib.web.paging import LARGEST_ID
from models import Correction, Post, PostTag, Refused, now

NEWEST = 30  # articles of a list


def find(id: int, *, erased: bool = False) -> Post:
    """An article with its section, photos, attachments and tags.

    :param erased: also one that was deleted for good: its versions and notices are still there
    :raises Refused: there is none with this id (404), or it was deleted for good (410)
    """
    related = (
        joinedload(Post.section),
        selectinload(Post.photos),
        selectinload(Post.attachments),
        selectinload(Post.tagged).joinedload(PostTag.tag),
    )
    post = db.session.get(Post, id, options=related) if id <= LARGEST_ID else None
    if post is None:
        raise Refused(_("There is no such article."), 404)
    if post.erased_at and not erased:
        raise Refused(_("This article was deleted for good."), 410)
    return post


def find_correction(post_id: int, id: int) -> Correction:
    """A correction of this article.

    :raises Refused: there is no such article, or it has no such correction (404)
    """
    found = next((correction for correction in find(post_id).corrections if correction.id == id), None)
    if found is None:
        raise Refused(_("There is no such notice."), 404)
    return found


def drafts() -> Sequence[Post]:
    query = select(Post).where(Post.published_at.is_(None), Post.deleted_at.is_(None))
    return _list(query.order_by(Post.created_at.desc(), Post.id.desc()))


def scheduled() -> Sequence[Post]:
    query = select(Post).where(Post.published_at > now(), Post.deleted_at.is_(None))
    return _list(query.order_by(Post.published_at, Post.id))


def published() -> Sequence[Post]:
    query = select(Post).where(Post.is_visible(now()))
    return _list(query.order_by(Post.published_at.desc(), Post.id.desc()))


def _list(query: Select[Post]) -> Sequence[Post]:
    return db.session.scalars(query.options(joinedload(Post.section)).limit(NEWEST)).all()
