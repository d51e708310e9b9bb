"""One article with all that belongs to it, and the articles to read after it."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam, exists, func, inspect, literal_column, select, union_all
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from database import UTCDateTime, db, rows_of
from domain.reading.cards import IS_LISTED, IS_NEWS, LINK_COLUMNS, NEWEST_FIRST, PostLink
from lib.web.paging import LARGEST_ID
from models import Attachment, Correction, Photo, Post, PostTag, Section, now

LATEST = 12  # of a group, from which those below an article are taken
LATEST_CANDIDATES = 60  # the newest of a group, from which those are taken
FURTHER = 8  # below an article
RELATED = 5  # of those
RELATED_CANDIDATES = 60  # the newest articles that are compared, for all its tags together
RELATED_BEST = 20  # of those, whose rows are read: some may be advertisements, shops or in hidden sections


def _of_post(model: Any) -> Any:
    return select(model).where(model.post_id == bindparam("post_id"))


# What belongs to an article, by the relationship of Post. Built once: an article page is rendered often.
_BELONGINGS = {
    "photos": _of_post(Photo),
    "attachments": _of_post(Attachment),
    "corrections": _of_post(Correction).options(joinedload(Correction.revisions)),
    "tagged": _of_post(PostTag).join(PostTag.tag).options(contains_eager(PostTag.tag)),
}
_MODELS = {"photos": Photo, "attachments": Attachment, "corrections": Correction, "tagged": PostTag}
_HAS = [exists().where(model.post_id == Post.id).label(name) for name, model in _MODELS.items()]
_SECTION = joinedload(Post.section).load_only(Section.kind)  # which `is_advertisement` asks for
_BY_ID = select(Post, *_HAS).options(_SECTION).where(Post.id == bindparam("id"))


def find(post_id: int) -> Post | None:
    """Return an article in any state. What it has none of needs no query in `load`."""
    row = db.session.execute(_BY_ID, {"id": post_id}).first() if 0 < post_id <= LARGEST_ID else None
    if row is None:
        return None
    for name in _MODELS:
        if not getattr(row, name):
            set_committed_value(row.Post, name, [])
    return row.Post


def load(post: Post) -> Post:
    """Load the photos, attachments, corrections and tags of an article, unless they are loaded."""
    for name in _BELONGINGS.keys() & inspect(post).unloaded:
        found = db.session.scalars(_BELONGINGS[name], {"post_id": post.id}).unique()
        set_committed_value(post, name, sorted(found, key=_order))
    return post


def _order(belonging: Any) -> tuple[int, ...]:
    """Photos and tags have a position; attachments and corrections are in the order of their ids."""
    keys = (getattr(belonging, name, 0) for name in ("position", "id"))
    return tuple(keys)


def further_posts(post: Post, latest: list[PostLink]) -> list[PostLink]:
    """Return what to read after an article: those with the same tags, then the latest of its group.

    Advertisements are in neither, shops only below a shop.

    :param latest: `latest_of_group`, of shops or of news as the article is
    """
    others = (link for link in latest if link.id != post.id)
    return list({link.id: link for link in (*related_posts(post), *others)}.values())[:FURTHER]


def latest_of_group(group_id: int, *, shops: bool) -> list[PostLink]:
    """Return the shops, or else the news, among the newest articles of a group."""
    query = select(*LINK_COLUMNS, Section.kind == "shop").join(Section, Section.id == Post.section_id)
    query = query.where(Post.group_id == group_id, Post.is_visible(now())).order_by(*NEWEST_FIRST)
    rows = db.session.execute(query.limit(literal_column(str(LATEST_CANDIDATES))))
    found = (PostLink(*link) for *link, is_shop in rows if is_shop == shops)
    return [link for link in found if not link.is_advertisement][:LATEST]


def related_posts(post: Post) -> list[PostLink]:
    """Return the articles with most of the same tags, among the newest of each tag.

    Of equals the newer comes first. Neither advertisements nor shops.
    """
    tags = {f"tag_{number}": tagged.tag_id for number, tagged in enumerate(post.tagged)}
    return _links(_sharing_tags(len(tags)), tags | {"post_id": post.id, "at": now()}) if tags else []


@cache
def _sharing_tags(tags: int) -> Any:
    """The query of `related_posts` for so many tags (`tag_0`, `tag_1` …)."""
    per_tag = RELATED_CANDIDATES // tags
    newest = (_newest_of_tag(f"tag_{number}", per_tag + 1) for number in range(tags))
    candidates = union_all(*(select(query.subquery()) for query in newest)).subquery().c
    shared = func.count().label("shared")
    query = select(candidates.post_id, candidates.published_at, shared)
    query = query.where(candidates.post_id != bindparam("post_id"))
    query = query.group_by(candidates.post_id, candidates.published_at)
    query = query.order_by(shared.desc(), candidates.published_at.desc(), candidates.post_id.desc())
    best = query.limit(literal_column(str(RELATED_BEST))).subquery()
    links = select(*LINK_COLUMNS).join(best, best.c.post_id == Post.id)
    links = links.join(Section, Section.id == Post.section_id).where(IS_NEWS, IS_LISTED)
    return links.order_by(best.c.shared.desc(), *NEWEST_FIRST).limit(literal_column(str(RELATED)))


def _newest_of_tag(parameter: str, limit: int) -> Any:
    return (
        select(PostTag.post_id, PostTag.published_at)
        .where(
            PostTag.tag_id == bindparam(parameter), PostTag.published_at <= bindparam("at", type_=UTCDateTime)
        )
        .order_by(PostTag.published_at.desc(), PostTag.post_id.desc())
        .limit(literal_column(str(limit)))
    )


def _links(query: Any, parameters: dict[str, Any] | None = None) -> list[PostLink]:
    return [PostLink(*row) for row in rows_of(query, parameters)]
