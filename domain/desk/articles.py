"""Articles in any state, found and listed for the desk. Each list walks an index; none counts the archive."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from database import db
from lib.web.paging import EPOCH, LARGEST_ID
from models import Correction, Post, PostTag, Refused, now

PAGE = 30
STATES = ("draft", "scheduled", "published", "deleted")
_MOMENTS = {
    "draft": Post.created_at,
    "scheduled": Post.published_at,
    "published": Post.published_at,
    "deleted": Post.deleted_at,
}


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


def listed(state: str, after: tuple[datetime, int] | None = None) -> tuple[Sequence[Post], bool]:
    """A page of the articles in one of STATES, and whether more follow. Newest first; what is scheduled next
    comes first.

    :param after: moment (see `moment_of`) and id of the last article of the previous page
    """
    moment, clause = _MOMENTS[state], _clause(state)
    query, key = select(Post).where(*clause), tuple_(moment, Post.id)
    if state == "scheduled":
        query = query.where(key > after) if after else query
        query = query.order_by(moment, Post.id)
    else:
        query = query.where(key < after) if after else query
        query = query.order_by(moment.desc(), Post.id.desc())
    posts = db.session.scalars(query.options(joinedload(Post.section)).limit(PAGE + 1)).all()
    return posts[:PAGE], len(posts) > PAGE


def moment_of(post: Post, state: str) -> datetime:
    """The moment that the list of this state is sorted by."""
    return getattr(post, _MOMENTS[state].key)


def _clause(state: str) -> tuple[ColumnElement[bool], ...]:
    if state == "deleted":
        # Compared with a moment, not only with NULL: SQLite then walks the index of deleted articles.
        return (Post.deleted_at > EPOCH,)
    kept = Post.deleted_at.is_(None)
    if state == "draft":
        return Post.published_at.is_(None), kept
    return (Post.published_at > now(), kept) if state == "scheduled" else (Post.is_visible(now()),)
