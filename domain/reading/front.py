"""The front page: which articles stand in which part, none twice in the main flow if there are enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, literal_column, null, select, union_all

from database import db
from domain.counter import tallies, visitors
from domain.reading import cards, threads
from domain.reading.cards import PostCard
from domain.reading.masthead import SectionCard
from domain.reading.threads import CommentLine
from domain.search import published
from models import Post, now

LATEST = 11
IN_GROUP = 5
PHOTOS = 6
VIDEOS = 4
MOST_READ = 6
MOST_READ_CANDIDATES = 100  # some of them are hidden, advertisements or shops
COMMENTS = 4
WEEK, MONTH = 7, 30  # days
MOST_READ_DAYS = (1, WEEK, MONTH)
WORDS = 10
CANDIDATES = 30  # popular search words that are looked up in the index, of which WORDS are shown


@dataclass(frozen=True)
class Front:
    """`groups` are pairs of a group and its newest articles, those with a photo first."""

    lead: PostCard | None
    latest: list[PostCard]
    groups: list[tuple[SectionCard, list[PostCard]]]
    photos: list[PostCard]
    videos: list[PostCard]
    most_read: dict[int, list[PostCard]]  # by number of days; empty if nothing was read
    words: list[str]
    comments: list[CommentLine]
    views: dict[int, int]  # by the id of the article


def compose(lead_id: int | None, groups: Sequence[SectionCard]) -> Front:
    """Compose the front page of this moment.

    :param lead_id: the article that the editor chose to lead with
    :param groups: in the order of the menu
    """
    candidates = _candidates(groups, now())
    most_read_ids = _most_read_ids()
    lists = [*candidates.values(), *most_read_ids.values(), [lead_id] if lead_id else []]
    posts = cards.by_ids(post_id for ids in lists for post_id in ids)
    parts = {part: _newest_first(_found(posts, ids)) for part, ids in candidates.items()}
    most_read = {days: _found(posts, ids) for days, ids in most_read_ids.items()}
    lead = posts.get(lead_id or 0) or _lead(parts["photos"])
    used = {lead.id} if lead else set()
    latest = _take(parts["latest"], LATEST, used)
    by_group = [(group, _take(parts[str(group.id)], IN_GROUP, used)) for group in groups]
    return Front(
        lead=lead,
        latest=latest,
        groups=[(group, _photos_first(taken)) for group, taken in by_group if taken],
        photos=_prefer_unused(parts["photos"], PHOTOS, used, lead),
        videos=_prefer_unused(parts["videos"], VIDEOS, used, None),
        most_read=most_read if any(most_read.values()) else {},
        words=published.named(tallies.popular_words(visitors.today(), WEEK, CANDIDATES), WORDS),
        comments=threads.newest(COMMENTS),
        views=visitors.views_of(posts),
    )


def _most_read_ids() -> dict[int, list[int]]:
    """Ids of the most read articles of each span of days, without advertisements and shops."""
    most_read = {days: visitors.most_read(days, MOST_READ_CANDIDATES) for days in MOST_READ_DAYS}
    news = cards.news_among(post_id for ids in most_read.values() for post_id in ids)
    return {
        days: [post_id for post_id in ids if post_id in news][:MOST_READ] for days, ids in most_read.items()
    }


def _candidates(groups: Sequence[SectionCard], at: datetime) -> dict[str, list[int]]:
    """Ids for each part of the page: more than it shows, because what is shown above is left out."""
    queries = [
        _newest("latest", LATEST + 1, Post.is_visible(at)),
        _newest("photos", LATEST + PHOTOS + IN_GROUP * max(1, len(groups)) + 1, *_has_photo(at)),
        _newest("videos", LATEST + VIDEOS + IN_GROUP, Post.is_visible(at), Post.has_video.is_(True)),
    ]
    for group in groups:
        in_group = (Post.is_visible(at), Post.group_id == group.id)
        queries.append(_newest(str(group.id), LATEST + IN_GROUP + 1, *in_group))
    parts = ("latest", "photos", "videos", *(str(group.id) for group in groups))
    candidates: dict[str, list[int]] = {part: [] for part in parts}
    rows: Any = db.session.execute(union_all(*(select(query.subquery()) for query in queries)))
    for part, post_id in rows:
        candidates[part].append(post_id)
    return candidates


def _newest(part: str, limit: int, *conditions: Any) -> Any:
    query = select(literal(part).label("part"), Post.id).where(*conditions)
    return query.order_by(*cards.NEWEST_FIRST).limit(literal_column(str(limit)))


def _has_photo(at: datetime) -> tuple[Any, ...]:
    """Where clause: visible, with a photo. `coalesce` makes SQLite walk the index of those with a photo."""
    not_deleted = func.coalesce(Post.deleted_at, null()).is_(None)
    return Post.published_at <= at, not_deleted, Post.cover_id.is_not(None)


def _found(posts: dict[int, PostCard], ids: Iterable[int]) -> list[PostCard]:
    return [posts[post_id] for post_id in ids if post_id in posts]


def _newest_first(posts: Iterable[PostCard]) -> list[PostCard]:
    return sorted(posts, key=lambda post: (post.published_at, post.id), reverse=True)


def _photos_first(posts: list[PostCard]) -> list[PostCard]:
    return sorted(posts, key=lambda post: post.cover is None)


def _lead(with_photo: list[PostCard]) -> PostCard | None:
    """The newest with a photo; news before shops and advertisements."""
    news = [post for post in with_photo if not post.is_advertisement and post.section.kind != "shop"]
    return next(iter(news or with_photo), None)


def _take(posts: list[PostCard], count: int, used: set[int]) -> list[PostCard]:
    """Return the first unused articles and mark them as used."""
    taken = [post for post in posts if post.id not in used][:count]
    used.update(post.id for post in taken)
    return taken


def _prefer_unused(
    posts: list[PostCard], count: int, used: set[int], excluded: PostCard | None
) -> list[PostCard]:
    """Unused articles, filled up with used ones if they are few."""
    unused = [post for post in posts if post.id not in used]
    rest = [post for post in posts if post.id in used and post is not excluded]
    return _newest_first((unused + rest)[:count])
