"""One article with all that belongs to it, and the articles that surround it on its page."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, func, inspect, literal_column, select, tuple_, union_all
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from database import UTCDateTime, db
from domain.reading.cards import IS_NEWS, LINK_COLUMNS, NEWEST_FIRST, OLDEST_FIRST, PostLink
from lib.web.paging import LARGEST_ID
from models import Attachment, Correction, Photo, Post, PostTag, Section, now

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


def _of_post(model: Any) -> Any:
    return select(model).where(model.post_id == bindparam("post_id"))


# What belongs to an article, by the relationship of Post. Built once: an article page is rendered often.
_BELONGINGS = {
    "photos": _of_post(Photo),
    "attachments": _of_post(Attachment),
    "corrections": _of_post(Correction),
    "tagged": _of_post(PostTag).join(PostTag.tag).options(contains_eager(PostTag.tag)),
}


def find(post_id: int) -> Post | None:
    """Return an article in any state."""
    return db.session.get(Post, post_id) if 0 < post_id <= LARGEST_ID else None


def load(post: Post) -> Post:
    """Load the photos, attachments, corrections and tags of an article, unless they are loaded."""
    if "photos" in inspect(post).unloaded:
        for name, query in _BELONGINGS.items():
            found = db.session.scalars(query, {"post_id": post.id})
            set_committed_value(post, name, sorted(found, key=_order))
    return post


def _order(belonging: Any) -> tuple[int, ...]:
    """Photos and tags have a position; attachments and corrections are in the order of their ids."""
    keys = (getattr(belonging, name, 0) for name in ("position", "id"))
    return tuple(keys)


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


_KEY = tuple_(Post.published_at, Post.id)
_BOUND = tuple_(bindparam("moment", type_=UTCDateTime), bindparam("post_id", type_=Integer))
_OF_SECTION = (
    select(*LINK_COLUMNS)
    .where(Post.section_id == bindparam("section_id"), Post.deleted_at.is_(None))
    .limit(literal_column("1"))
)
# With a second upper bound (published_at <= at) SQLite might walk from the newest one.
_OLDER = _OF_SECTION.where(_KEY < _BOUND).order_by(*NEWEST_FIRST)
_NEWER = _OF_SECTION.where(_KEY > _BOUND, Post.published_at <= bindparam("at", type_=UTCDateTime)).order_by(
    *OLDEST_FIRST
)

_OLDER_AND_NEWER = union_all(select(_OLDER.subquery()), select(_NEWER.subquery()))


def _older_and_newer(post: Post, at: datetime) -> tuple[PostLink | None, PostLink | None]:
    """The articles before and after this one in its section. One that is not published yet comes last."""
    moment, post_id = (post.published_at, post.id) if post.state == "published" else (at, LARGEST_ID)
    links = _links(
        _OLDER_AND_NEWER, {"section_id": post.section_id, "moment": moment, "post_id": post_id, "at": at}
    )
    return (
        next((link for link in links if (link.published_at, link.id) < (moment, post_id)), None),
        next((link for link in links if (link.published_at, link.id) > (moment, post_id)), None),
    )


def _related(post: Post, at: datetime) -> list[PostLink]:
    """The articles with most of the same tags, among the newest of each tag; of equals the newer first.

    Neither advertisements nor shops.
    """
    tags = {f"tag_{number}": tagged.tag_id for number, tagged in enumerate(post.tagged)}
    return _links(_sharing_tags(len(tags)), tags | {"post_id": post.id, "at": at}) if tags else []


@cache
def _sharing_tags(tags: int) -> Any:
    """The query of `_related` for so many tags (`tag_0`, `tag_1` …)."""
    per_tag = RELATED_CANDIDATES // tags
    newest = (_newest_of_tag(f"tag_{number}", per_tag + 1) for number in range(tags))
    candidates = union_all(*(select(query.subquery()) for query in newest)).subquery()
    shared = (
        select(candidates.c.post_id, func.count().label("shared"))
        .where(candidates.c.post_id != bindparam("post_id"))
        .group_by(candidates.c.post_id)
        .subquery()
    )
    query = select(*LINK_COLUMNS).join(shared, shared.c.post_id == Post.id)
    query = query.join(Section, Section.id == Post.section_id).where(IS_NEWS)
    return query.order_by(shared.c.shared.desc(), *NEWEST_FIRST).limit(literal_column(str(RELATED)))


def _newest_of_tag(parameter: str, limit: int) -> Any:
    return (
        select(PostTag.post_id)
        .where(
            PostTag.tag_id == bindparam(parameter), PostTag.published_at <= bindparam("at", type_=UTCDateTime)
        )
        .order_by(PostTag.published_at.desc(), PostTag.post_id.desc())
        .limit(literal_column(str(limit)))
    )


def _links(query: Any, parameters: dict[str, Any] | None = None) -> list[PostLink]:
    return [PostLink(*row) for row in db.session.execute(query, parameters)]
