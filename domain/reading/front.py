"""The front page: which articles stand where, none of them twice in the main flow where there are enough."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import func, literal, null, select, union_all

from database.statement import AT, Statement
from domain.counter import tallies, visitors
from domain.reading import cards, threads
from models import Comment, Post, Section, now

LATEST = 11
IN_GROUP = 5
PHOTOS = 6
VIDEOS = 4
MOST_READ = 6
COMMENTS = 4
WEEK, MONTH = 7, 30  # days
MOST_READ_DAYS = (1, WEEK, MONTH)
WORDS = 10


@dataclass
class Front:
    """`groups` are pairs of a group and its newest articles, those with a photo first; `views` is by id."""

    lead: Post | None = None
    latest: list[Post] = field(default_factory=list)
    groups: list[tuple[Section, list[Post]]] = field(default_factory=list)
    photos: list[Post] = field(default_factory=list)
    videos: list[Post] = field(default_factory=list)
    most_read: dict[int, list[Post]] = field(default_factory=dict)  # by how many days
    words: list[str] = field(default_factory=list)
    comments: Sequence[Comment] = ()
    views: dict[int, int] = field(default_factory=dict)


def compose(lead_id: int | None, groups: list[Section]) -> Front:
    """The front page of this moment, in five questions.

    :param lead_id: the article the editor leads with
    :param groups: in the order of the menu
    """
    read = {days: visitors.most_read(days, MOST_READ * 3) for days in MOST_READ_DAYS}
    places = _places(groups)
    posts = cards.by_ids(
        [
            *(post_id for ids in places.values() for post_id in ids),
            *(post_id for ids in read.values() for post_id in ids),
            *([lead_id] if lead_id else []),
        ]
    )
    found = {
        place: _newest_first(posts[post_id] for post_id in ids if post_id in posts)
        for place, ids in places.items()
    }
    most_read = {
        days: [posts[post_id] for post_id in ids if post_id in posts][:MOST_READ]
        for days, ids in read.items()
    }
    front = Front(comments=threads.newest(COMMENTS), most_read=most_read if any(most_read.values()) else {})
    front.lead = posts.get(lead_id or 0) or _lead(found["photos"])
    seen = {front.lead.id} if front.lead else set()
    front.latest = _take(found["latest"], LATEST, seen)
    front.groups = [
        (group, taken)
        for group in groups
        if (taken := _with_photos(_take(found[_place(group)], IN_GROUP, seen)))
    ]
    front.photos = _prefer(found["photos"], PHOTOS, seen, front.lead)
    front.videos = _prefer(found["videos"], VIDEOS, seen, None)
    front.views = visitors.views_of(posts)
    front.words = tallies.popular_words(visitors.today(), WEEK, WORDS)
    return front


def _places(groups: list[Section]) -> dict[str, list[int]]:
    """Ids for each part of the page, more than it shows, so that it can leave out what stands elsewhere."""
    places: dict[str, list[int]] = {"latest": [], "photos": [], "videos": []} | {
        _place(group): [] for group in groups
    }
    for place, post_id in _asked(tuple(group.id for group in groups))(now=now()):
        places[place].append(post_id)
    return places


@cache
def _asked(group_ids: tuple[int, ...]) -> Statement:
    enough = LATEST + IN_GROUP + 1
    arms = [
        _arm("latest", LATEST + 1),
        _with_photo(LATEST + PHOTOS + IN_GROUP * max(1, len(group_ids)) + 1),
        _arm("videos", LATEST + VIDEOS + IN_GROUP, Post.has_video.is_(True)),
        *(_arm(f"group {group_id}", enough, Post.group_id == group_id) for group_id in group_ids),
    ]
    return Statement(union_all(*(select(arm.subquery()) for arm in arms)))


def _arm(place: str, limit: int, *conditions: Any) -> Any:
    question = select(literal(place).label("place"), Post.id).where(Post.is_visible(AT), *conditions)
    return question.order_by(*cards.NEWEST_FIRST).limit(limit)


def _with_photo(limit: int) -> Any:
    """Written so that SQLite takes the index of those with a photo: the index of all would be walked far where photos are few."""
    is_visible = (Post.published_at <= AT, func.coalesce(Post.deleted_at, null()).is_(None))
    question = select(literal("photos").label("place"), Post.id).where(
        *is_visible, Post.cover_id.is_not(None)
    )
    return question.order_by(*cards.NEWEST_FIRST).limit(limit)


def _place(group: Section) -> str:
    return f"group {group.id}"


def _newest_first(posts: Any) -> list[Post]:
    return sorted(posts, key=lambda post: (post.published_at, post.id), reverse=True)


def _lead(with_photo: list[Post]) -> Post | None:
    """The newest with a photo; news before shops and advertisements."""
    news = [post for post in with_photo if not post.is_advertisement and post.section.kind != "shop"]
    return next(iter(news or with_photo), None)


def _take(posts: list[Post], count: int, seen: set[int]) -> list[Post]:
    """The first that nobody has seen yet; now they are seen."""
    taken = [post for post in posts if post.id not in seen][:count]
    seen.update(post.id for post in taken)
    return taken


def _with_photos(posts: list[Post]) -> list[Post]:
    """Those with a photo first, the order kept otherwise."""
    return sorted(posts, key=lambda post: post.cover_id is None)


def _prefer(posts: list[Post], count: int, seen: set[int], never: Post | None) -> list[Post]:
    """Those nobody has seen yet, filled up with others where they are few."""
    fresh = [post for post in posts if post.id not in seen]
    rest = [post for post in posts if post.id in seen and post is not never]
    return _newest_first((fresh + rest)[:count])
