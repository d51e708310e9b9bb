"""Articles in any state, found and listed for the desk. Each list walks an index; none counts the archive."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from database import db
from lib.web.paging import EPOCH, LARGEST_ID
from models import Correction, Post, PostTag, Refused, now

PAGE = 30


def find(id: int) -> Post:
    """An article with its section, photos, attachments and tags.

    :raises Refused: there is none with this id (404)
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


def published(before: tuple[datetime, int] | None = None) -> tuple[Sequence[Post], bool]:
    """A page of published articles, newest first, and whether older ones follow.

    :param before: moment and id of the last article of the previous page
    """
    query = select(Post).where(Post.is_visible(now())).order_by(Post.published_at.desc(), Post.id.desc())
    if before:
        query = query.where(tuple_(Post.published_at, Post.id) < before)
    posts = _list(query, PAGE + 1)
    return posts[:PAGE], len(posts) > PAGE


def deleted() -> Sequence[Post]:
    # Compared with a moment, not only with NULL: SQLite then walks the index of deleted articles.
    return _list(select(Post).where(Post.deleted_at > EPOCH).order_by(Post.deleted_at.desc(), Post.id.desc()))


def _list(query: Select[Post], length: int = PAGE) -> Sequence[Post]:
    return db.session.scalars(query.options(joinedload(Post.section)).limit(length)).all()
