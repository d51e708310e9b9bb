"""One article with all that belongs to it, and the articles that surround it on its page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select, tuple_, union_all
from sqlalchemy.orm import joinedload, selectinload

from database import db
from domain.reading.cards import LINK_COLUMNS, NEWEST_FIRST, OLDEST_FIRST, PostLink
from lib.web.paging import LARGEST_ID
from models import Post, PostTag, now

LATEST = 10  # beside an article
RELATED = 5  # below an article
RELATED_CANDIDATES = 60  # the newest articles that are compared, for all its tags together


@dataclass(frozen=True)
class SurroundingPosts:
    """The latest articles of the group, the next older and newer ones of the section, and those with most of
    the same tags."""

    latest: list[PostLink]
    older: PostLink | None
    newer: PostLink | None
    related: list[PostLink]


def find(post_id: int) -> Post | None:
    """Return an article in any state with its cover, photos, attachments, corrections and tags."""
    if not 0 < post_id <= LARGEST_ID:
        return None
    options = (
        joinedload(Post.cover),
        selectinload(Post.photos),
        selectinload(Post.attachments),
        selectinload(Post.corrections),
        selectinload(Post.tagged).joinedload(PostTag.tag),
    )
    return db.session.get(Post, post_id, options=options)


def surrounding_posts(post: Post, latest: list[PostLink] | None = None) -> SurroundingPosts:
    """Return what surrounds an article.

    :param latest: `latest_of_group`, if the caller has it already
    """
    at = now()
    latest = latest_of_group(post.group_id) if latest is None else latest
    return SurroundingPosts(latest, *_older_and_newer(post, at), _related(post, at))


def latest_of_group(group_id: int) -> list[PostLink]:
    query = select(*LINK_COLUMNS).where(Post.group_id == group_id, Post.is_visible(now()))
    return _links(query.order_by(*NEWEST_FIRST).limit(literal_column(str(LATEST))))


def _older_and_newer(post: Post, at: datetime) -> tuple[PostLink | None, PostLink | None]:
    """The articles before and after this one in its section. One that is not published yet comes last."""
    here = (post.published_at, post.id) if post.state == "published" else (at, LARGEST_ID)
    key = tuple_(Post.published_at, Post.id)
    same_section = (Post.section_id == post.section_id, Post.deleted_at.is_(None))
    query = select(*LINK_COLUMNS).where(*same_section).limit(literal_column("1"))
    # With a second upper bound (published_at <= at) SQLite might walk from the newest one.
    older = query.where(key < here).order_by(*NEWEST_FIRST)
    newer = query.where(key > here, Post.published_at <= at).order_by(*OLDEST_FIRST)
    links = _links(union_all(select(older.subquery()), select(newer.subquery())))
    return (
        next((link for link in links if (link.published_at, link.id) < here), None),
        next((link for link in links if (link.published_at, link.id) > here), None),
    )


def _related(post: Post, at: datetime) -> list[PostLink]:
    """The articles with most of the same tags, among the newest of each tag; of equals the newer first."""
    tag_ids = [tagged.tag_id for tagged in post.tagged]
    if not tag_ids:
        return []
    # With one tag every candidate shares as many: the newest are enough.
    per_tag = RELATED if len(tag_ids) == 1 else RELATED_CANDIDATES // len(tag_ids)
    newest = (_newest_of_tag(tag_id, at, per_tag + 1) for tag_id in tag_ids)
    candidates = union_all(*(select(query.subquery()) for query in newest)).subquery()
    shared = (
        select(candidates.c.post_id, func.count().label("shared"))
        .where(candidates.c.post_id != post.id)
        .group_by(candidates.c.post_id)
        .subquery()
    )
    most_shared_first = (shared.c.shared.desc(), *NEWEST_FIRST)
    query = select(*LINK_COLUMNS).join(shared, shared.c.post_id == Post.id)
    return _links(query.order_by(*most_shared_first).limit(literal_column(str(RELATED))))


def _newest_of_tag(tag_id: int, at: datetime, limit: int) -> Any:
    return (
        select(PostTag.post_id)
        .where(PostTag.tag_id == tag_id, PostTag.published_at <= at)
        .order_by(PostTag.published_at.desc(), PostTag.post_id.desc())
        .limit(literal_column(str(limit)))
    )


def _links(query: Any) -> list[PostLink]:
    return [PostLink(*row) for row in db.session.execute(query)]
