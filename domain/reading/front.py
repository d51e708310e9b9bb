"""The front page: which articles stand in which part. In its flow a story and a picture appear once.

The editor fills the first places (FrontSlot); the rest follows by rule, newest first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import func, literal, literal_column, null, select, union_all

from database import db
from domain.counter import tallies, visitors
from domain.desk.models import FrontSlot
from domain.reading import cards, corrections, quotes, threads
from domain.reading.cards import PostCard
from domain.reading.corrections import CorrectionLine
from domain.reading.masthead import SectionCard
from domain.reading.threads import CommentLine
from domain.search import published
from lib.web.paging import EPOCH
from models import Post, now, today

LATEST = 8
IN_GROUP = 5
INTERVIEWS = 3  # beneath the large one
PHOTOS = 3
VIDEOS = 4
FEWEST_VIDEOS = 2
SHOPS = 4
NOTICES = 3
ADVERTISEMENTS = 2
CANDIDATES = FrontSlot.MOST + LATEST + IN_GROUP + VIDEOS + NOTICES + ADVERTISEMENTS  # of each group
PHOTO_CANDIDATES = 60  # nearly all of them stand in other parts already
MOST_READ = 6
FEWEST_READ = 5  # fewer are no list
MOST_READ_CANDIDATES = 100  # some of them are hidden, advertisements or shops
COMMENTS, FEWER_COMMENTS = 7, 4  # fewer where there is a list of the most read
WEEK, MONTH = 7, 30  # days
MOST_READ_DAYS = (1, WEEK, MONTH)
WORDS = 10
WORD_CANDIDATES = 30  # popular search words that are looked up in the index, of which WORDS are shown

GroupPosts = tuple[SectionCard, list[PostCard]]


@dataclass(frozen=True)
class Interview:
    """The newest interview with a picture, a sentence of it, and the interviews before it."""

    group: SectionCard
    post: PostCard
    quote: str
    others: list[PostCard]


@dataclass(frozen=True)
class Front:
    """`lead` and `beside` are the lead package. In `groups`, articles with a picture come first."""

    lead: PostCard | None
    beside: list[PostCard]
    interview: Interview | None
    latest: list[PostCard]
    groups: list[GroupPosts]
    photos: list[PostCard]
    videos: list[PostCard]
    shops: list[GroupPosts]
    notices: list[PostCard]
    advertisements: list[PostCard]
    most_read: dict[int, list[PostCard]]  # by number of days
    words: list[str]
    comments: list[CommentLine]
    corrections: list[CorrectionLine]


class Flow:
    """Takes articles for one part after the other: none twice, and each picture for the first that has it."""

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self.digests: set[str] = set()

    def new(self, posts: Iterable[PostCard]) -> list[PostCard]:
        """Return those that are not on the page yet."""
        return [post for post in posts if post.id not in self.ids]

    def take(self, posts: Iterable[PostCard], count: int) -> list[PostCard]:
        """Take the first new ones. One whose picture is on the page already loses it."""
        return [self._show(post) for post in self.new(posts)[:count]]

    def take_pictured(self, posts: Iterable[PostCard], count: int, fewest: int = 1) -> list[PostCard]:
        """Take the first new ones that have a picture that is not on the page yet, if there are enough."""
        pictured: dict[str, PostCard] = {}
        for post in self.new(posts):
            if post.cover and post.cover.digest not in self.digests:
                pictured.setdefault(post.cover.digest, post)
        return self.take(pictured.values(), count) if len(pictured) >= fewest else []

    def take_titles(self, posts: Iterable[PostCard], count: int) -> list[PostCard]:
        """Take the first new ones for a part without pictures."""
        taken = self.new(posts)[:count]
        self.ids.update(post.id for post in taken)
        return taken

    def _show(self, post: PostCard) -> PostCard:
        self.ids.add(post.id)
        if post.cover and post.cover.digest in self.digests:
            return replace(post, cover=None)
        self.digests.update({post.cover.digest} if post.cover else ())
        return post


def compose(groups: Sequence[SectionCard], correction_hours: int) -> Front:
    """Compose the front page of this moment.

    :param groups: in the order of the menu; articles of other sections are in no part, not even the first
    :param correction_hours: for how many hours a correction stands on it
    """
    candidates, most_read_ids = _candidates(groups, now()), _most_read_ids()
    found = cards.by_ids(chain(*candidates.values(), *most_read_ids.values()))
    shown = {section.id for group in groups for section in (group, *group.children)}
    posts = {post_id: post for post_id, post in found.items() if post.section.id in shown}
    parts = {part: _found(posts, ids) for part, ids in candidates.items()}
    most_read = {days: _found(posts, ids) for days, ids in most_read_ids.items()}
    most_read = {days: found for days, found in most_read.items() if len(found) >= FEWEST_READ}
    listed = _newest_first({post.id: post for group in groups for post in parts[str(group.id)]}.values())
    news = [post for post in listed if post.is_news]
    flow = Flow()
    slots = flow.take(parts["slots"], FrontSlot.MOST)
    notices = flow.take_titles(_newest_first(parts["notices"]), NOTICES)
    package = _lead_package(flow, slots, news)
    interview = _interview(flow, news, groups)
    videos = _videos(flow, parts["videos"])
    latest = flow.take(news, LATEST)
    others = [group for group in groups if not (interview and group == interview.group)]
    return Front(
        lead=next(iter(package), None),
        beside=package[1:],
        interview=interview,
        latest=latest,
        groups=_by_group(flow, parts, others),
        videos=videos,
        shops=_shops(flow, parts, groups),
        photos=_photos(flow, parts["photos"]),
        notices=notices,
        advertisements=flow.take_titles(_advertisements(listed), ADVERTISEMENTS),
        most_read=most_read,
        words=published.named(tallies.popular_words(today(), WEEK, WORD_CANDIDATES), WORDS),
        comments=threads.newest(FEWER_COMMENTS if most_read else COMMENTS),
        corrections=corrections.on_front(correction_hours),
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
    visible = Post.is_visible(at)
    with_photo, with_video = Post.cover_id.is_not(None), Post.has_video.is_(True)
    chosen = select(literal("slots").label("part"), FrontSlot.post_id.label("id"))
    chosen = chosen.where(FrontSlot.is_taken(at))
    queries = [
        chosen.order_by(FrontSlot.position).limit(literal_column(str(FrontSlot.MOST))),
        _newest("photos", PHOTO_CANDIDATES, *_visible_of_few(at), with_photo),
        _newest("videos", FrontSlot.MOST + 2 * VIDEOS, *_visible_of_few(at), with_video),
    ]
    for group in groups:
        is_here = Post.group_id == group.id
        queries.append(_newest(str(group.id), CANDIDATES, visible, is_here))
        # Compared with a moment, not only with NULL: SQLite then uses the index on pinned articles.
        pinned = select(literal("notices").label("part"), Post.id).where(
            visible, is_here, Post.pinned_at > EPOCH
        )
        queries.append(pinned.order_by(Post.pinned_at.desc()).limit(literal_column(str(NOTICES))))
    parts = ("slots", "photos", "videos", "notices", *(str(group.id) for group in groups))
    candidates: dict[str, list[int]] = {part: [] for part in parts}
    rows: Any = db.session.execute(union_all(*(select(query.subquery()) for query in queries)))
    for part, post_id in rows:
        candidates[part].append(post_id)
    return candidates


def _newest(part: str, limit: int, *conditions: Any) -> Any:
    query = select(literal(part).label("part"), Post.id).where(*conditions)
    return query.order_by(*cards.NEWEST_FIRST).limit(literal_column(str(limit)))


def _visible_of_few(at: datetime) -> tuple[Any, Any]:
    """Where clause: visible. `coalesce` keeps SQLite from walking the index of all visible articles, where
    one of few (those with a photo, with a video) would do.
    """
    return Post.published_at <= at, func.coalesce(Post.deleted_at, null()).is_(None)


def _found(posts: dict[int, PostCard], ids: Iterable[int]) -> list[PostCard]:
    return [posts[post_id] for post_id in ids if post_id in posts]


def _newest_first(posts: Iterable[PostCard]) -> list[PostCard]:
    return sorted(posts, key=lambda post: (post.published_at, post.id), reverse=True)


def _lead_package(flow: Flow, slots: list[PostCard], news: list[PostCard]) -> list[PostCard]:
    """The editor's articles, then the newest: those with a picture first. Videos and interviews have parts
    of their own: one leads only where there is nothing else.
    """
    plain = [post for post in news if post.section.kind == "news"]
    package = list(slots)
    for take in (flow.take_pictured, flow.take):
        package += take(plain, FrontSlot.MOST - len(package))
    return package or flow.take(news, 1)


def _interview(flow: Flow, news: list[PostCard], groups: Sequence[SectionCard]) -> Interview | None:
    """The newest interview with a portrait, or else with any picture."""
    interviews = [post for post in news if post.section.kind == "interview"]
    portraits = [post for post in interviews if post.cover and post.cover.height > post.cover.width]
    for post in flow.take_pictured(portraits, 1) or flow.take_pictured(interviews, 1):
        group = next(group for group in groups if group.id == post.section.group_id)
        body = db.session.scalar(select(Post.body).where(Post.id == post.id)) or ""
        others = [other for other in interviews if other.section.group_id == group.id]
        return Interview(group, post, quotes.pull_quote(body), flow.take(others, INTERVIEWS))
    return None


def _videos(flow: Flow, posts: list[PostCard]) -> list[PostCard]:
    """The newest videos, each once; those of sections of videos before articles that have one too."""
    news = sorted(_newest_first(post for post in posts if post.is_news), key=_is_not_of_videos)
    once: dict[str, PostCard] = {}
    for post in flow.new(news):
        once.setdefault(post.video_id or str(post.id), post)
    return _newest_first(flow.take(once.values(), VIDEOS)) if len(once) >= FEWEST_VIDEOS else []


def _is_not_of_videos(post: PostCard) -> bool:
    return post.section.kind != "video"


def _by_group(
    flow: Flow, parts: dict[str, list[PostCard]], groups: Iterable[SectionCard]
) -> list[GroupPosts]:
    """The newest of each group, those with a picture first."""
    taken = (
        (group, flow.take((post for post in parts[str(group.id)] if post.is_news), IN_GROUP))
        for group in groups
    )
    return [(group, sorted(posts, key=lambda post: post.cover is None)) for group, posts in taken if posts]


def _photos(flow: Flow, posts: list[PostCard]) -> list[PostCard]:
    """A row of pictures that stand nowhere else on the page, or none if they do not fill it."""
    return flow.take_pictured((post for post in posts if post.is_news), PHOTOS, fewest=PHOTOS)


def _advertisements(posts: Iterable[PostCard]) -> Iterable[PostCard]:
    """Those that are no shops: these have a band of their own."""
    return (post for post in posts if post.is_advertisement and post.section.kind != "shop")


def _shops(flow: Flow, parts: dict[str, list[PostCard]], groups: Iterable[SectionCard]) -> list[GroupPosts]:
    """The newest shops of each group that has any, those with a picture first."""
    found: list[GroupPosts] = []
    for group in groups:
        shops = [post for post in parts[str(group.id)] if post.section.kind == "shop"]
        taken = flow.take_pictured(shops, SHOPS)
        taken += flow.take(shops, SHOPS - len(taken))
        found += [(group, taken)] if taken else []
    return found
