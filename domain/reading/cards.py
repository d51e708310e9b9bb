"""Articles as lists show them: frozen dataclasses of what a card, a row, a link or a feed item needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, literal_column, or_, select
from sqlalchemy.orm import aliased

from database import UTCDateTime, db, rows_of
from domain.reading.masthead import SECTION_COLUMNS, SectionCard
from lib.files.photo_files import PhotoFiles
from models import Photo, Post, Section, now

NEWEST_FIRST = (Post.published_at.desc(), Post.id.desc())
_groups = aliased(Section)
# Not in a hidden section or group: only these does the paper show of itself, in lists of several sections.
# Written as NOT IN: SQLite keeps walking the index of the list.
IS_LISTED = Post.group_id.not_in(
    select(_groups.id).where(or_(_groups.parent_id.is_not(None), _groups.hidden_at.is_not(None)))
)
IS_NEWS = and_(Post.origin != "advertisement", Section.kind != "shop")  # with Post joined to Section


@dataclass(frozen=True)
class PostTitle:
    """An article by its title, with what its marks say of it."""

    id: int
    title: str
    is_advertisement: bool
    correction_kind: str


@dataclass(frozen=True)
class PostLink(PostTitle):
    """A line of a list of titles."""

    published_at: datetime


@dataclass(frozen=True)
class PhotoCard(PhotoFiles):
    """A photo beside a title, or in a list of photos."""

    id: int
    digest: str
    width: int
    height: int
    caption: str
    credit: str
    alt: str
    is_decorative: bool
    focus_x: int
    focus_y: int


@dataclass(frozen=True)
class PostCard(PostLink):
    """An article as a card, a row or a feed item shows it."""

    subtitle: str
    summary: str
    byline: str
    has_video: bool
    video_id: str
    comment_count: int
    telephone: str
    address: str
    opening_hours: str
    section: SectionCard
    cover: PhotoCard | None

    @property
    def has_video_sign(self) -> bool:
        """Whether its title is to be marked: it has a video and does not say so."""
        return self.has_video and not self.title.startswith("[영상]")

    @property
    def is_news(self) -> bool:
        """Neither an advertisement nor a shop."""
        return not self.is_advertisement and self.section.kind != "shop"


TITLE_COLUMNS = (Post.id, Post.title, Post.is_advertisement, Post.correction_kind)
LINK_COLUMNS = (*TITLE_COLUMNS, Post.published_at)
POST_COLUMNS = (
    *LINK_COLUMNS, Post.subtitle, Post.summary, Post.byline,
    Post.has_video, Post.video_id, Post.comment_count, Post.telephone, Post.address, Post.opening_hours,
)  # fmt: skip
PHOTO_COLUMNS = (
    Photo.id, Photo.digest, Photo.width, Photo.height, Photo.caption, Photo.credit,
    Photo.alt, Photo.is_decorative, Photo.focus_x, Photo.focus_y,
)  # fmt: skip

_CARDS = (
    select(*POST_COLUMNS, *SECTION_COLUMNS, *PHOTO_COLUMNS)
    .join(Section, Section.id == Post.section_id)
    .outerjoin(Photo, Photo.id == Post.cover_id)
    .where(Post.id.in_(bindparam("ids", expanding=True)), Post.is_visible(bindparam("at", type_=UTCDateTime)))
)  # built once: lists ask it


def by_ids(ids: Iterable[int]) -> dict[int, PostCard]:
    """Return the cards of the visible articles among these, by id."""
    ids = set(ids)
    rows = rows_of(_CARDS, {"ids": ids, "at": now()}) if ids else []
    return {row[0]: _card(tuple(row)) for row in rows}


def news_among(ids: Iterable[int]) -> set[int]:
    """Return the ids of the visible articles among these that are neither advertisements nor shops, and
    not hidden with their section.
    """
    ids = set(ids)
    if not ids:
        return set()
    query = (
        select(Post.id)
        .join(Section, Section.id == Post.section_id)
        .where(Post.id.in_(ids), Post.is_visible(now()), IS_NEWS, IS_LISTED)
    )
    return set(db.session.scalars(query))


def in_order(ids: Sequence[int]) -> list[PostCard]:
    """Return the cards of the visible articles among these, in the order of the ids."""
    found = by_ids(ids)
    return [found[post_id] for post_id in ids if post_id in found]


def newest(limit: int, sections: Iterable[SectionCard]) -> list[PostCard]:
    """Return the newest articles of sections or groups. Each walks its own index."""
    keys: list[tuple[datetime, int]] = []
    for section in sections:
        is_here = (Post.group_id if section.is_group else Post.section_id) == section.id
        query = select(Post.published_at, Post.id).where(Post.is_visible(now()), is_here)
        rows = db.session.execute(query.order_by(*NEWEST_FIRST).limit(literal_column(str(limit))))
        keys += [(row.published_at, row.id) for row in rows]
    return in_order([post_id for _moment, post_id in sorted(keys, reverse=True)[:limit]])


def _card(row: tuple) -> PostCard:
    posts, sections = len(POST_COLUMNS), len(POST_COLUMNS) + len(SECTION_COLUMNS)
    cover = PhotoCard(*row[sections:]) if row[sections] else None
    return PostCard(*row[:posts], section=SectionCard(*row[posts:sections]), cover=cover)
