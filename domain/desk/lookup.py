"""What the editor's desk lists. Each question walks an index; none counts an archive."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from database import db
from lib.web.paging import EPOCH
from models import Photo, Post, PostTag, Refused, Section, Tip, now

PAGE = 30


def groups() -> Sequence[Section]:
    """The groups in order, each with its sections."""
    question = select(Section).where(Section.parent_id.is_(None)).order_by(Section.position, Section.id)
    return db.session.scalars(question.options(selectinload(Section.children))).all()


def article(id: int) -> Post:
    """Any article, whatever its state.

    :raises Refused: there is none (404)
    """
    beside = (joinedload(Post.section), selectinload(Post.photos), selectinload(Post.attachments))
    question = (
        select(Post).where(Post.id == id).options(*beside, selectinload(Post.tagged).joinedload(PostTag.tag))
    )
    post = db.session.scalar(question) if id < 2**63 else None
    if post is None:
        raise Refused(_("There is no such article."), 404)
    return post


def sent_before(idempotency_key: str | None) -> Post | None:
    """The article that the same form, sent before, has made."""
    return (
        db.session.scalar(select(Post).where(Post.idempotency_key == idempotency_key))
        if idempotency_key
        else None
    )


def loose_photos(ids: Sequence[int]) -> list[Photo]:
    """Photos that wait for an article, in the order of their ids in the form."""
    found = db.session.scalars(select(Photo).where(Photo.id.in_(ids), Photo.post_id.is_(None))).all()
    return sorted(found, key=lambda photo: ids.index(photo.id))


def unread_letters() -> int:
    """How many letters wait to be read; from 100 on it is 100."""
    waiting = select(Tip.id).where(Tip.read_at.is_(None)).limit(100).subquery()
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def drafts() -> Sequence[Post]:
    return _list(
        select(Post)
        .where(Post.published_at.is_(None), Post.deleted_at.is_(None))
        .order_by(Post.created_at.desc(), Post.id.desc())
    )


def scheduled() -> Sequence[Post]:
    return _list(
        select(Post)
        .where(Post.published_at > now(), Post.deleted_at.is_(None))
        .order_by(Post.published_at, Post.id)
    )


def published(before: tuple[datetime, int] | None = None) -> tuple[Sequence[Post], bool]:
    """A page of what is out, newest first, and whether there is more.

    :param before: moment and id of the last one of the page before
    """
    question = select(Post).where(Post.is_visible(now())).order_by(Post.published_at.desc(), Post.id.desc())
    if before:
        question = question.where(tuple_(Post.published_at, Post.id) < before)
    posts = _list(question, PAGE + 1)
    return posts[:PAGE], len(posts) > PAGE


def deleted() -> Sequence[Post]:
    # Compared with a moment, not only with NULL: SQLite then walks the index of what was deleted.
    return _list(select(Post).where(Post.deleted_at > EPOCH).order_by(Post.deleted_at.desc(), Post.id.desc()))


def _list(question: Select[Post], length: int = PAGE) -> Sequence[Post]:
    return db.session.scalars(question.options(joinedload(Post.section)).limit(length)).all()
