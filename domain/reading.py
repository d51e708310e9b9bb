"""What readers ask of the news: the masthead and lists. Every list is a walk along an index."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, literal, select, true, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import defer, joinedload

from database import Statement, UTCDateTime, db
from lib.paging import EPOCH, LARGEST_ID, NUMBERED, Key, Wanted, months, next_month
from lib.plain import maker
from models import Paper, Photo, Post, PostTag, Section, Tag, local, now, paper_zone

NEWEST_FIRST = (Post.published_at.desc(), Post.id.desc())
OLDEST_FIRST = (Post.published_at, Post.id)
PAGE = 20  # articles on a page of a list
PINNED = 5  # notices on top of it
MANY_READ = 300  # views from which an article is marked as read by many
AT = bindparam("now", type_=UTCDateTime)
SHORT = (defer(Post.body), joinedload(Post.section), joinedload(Post.cover))  # what a line of a list shows


def masthead() -> tuple[Paper, datetime | None, list[Section]]:
    """The paper, when it was last edited, and its groups with their sections: one question. They are plain (lib/plain.py).

    The last edit is the editor's, or the newest article's moment: a scheduled one appears by itself.
    """
    rows = _MASTHEAD(now=now())
    if not rows:
        return _paper(tuple(getattr(Paper.get(), column.key) for column in Paper.__table__.columns)), None, []
    paper, newest_at = _paper(rows[0][1:-_WIDTH]), rows[0][0]
    sections = [_section(row[-_WIDTH:]) for row in rows if row[-_WIDTH]]
    below: dict[int | None, list[Section]] = {}
    for section in sections:
        below.setdefault(section.parent_id, []).append(section)
    for section in sections:
        section.children = below.get(section.id, [])
    moments = [moment for moment in (paper.last_edited_at, newest_at) if moment]
    return paper, max(moments, default=None), [section for section in sections if section.is_group]


_paper, _section = maker(Paper), maker(Section)
_WIDTH = len(Section.__table__.columns)  # columns at the end of a row of the masthead
_NEWEST = select(Post.published_at).where(Post.is_visible(AT)).order_by(Post.published_at.desc()).limit(1).scalar_subquery()
_MASTHEAD = Statement(
    select(_NEWEST, Paper.__table__, Section.__table__)
    .outerjoin(Section.__table__, true())
    .where(Paper.id == 1)
    .order_by(Section.position, Section.id)
)


@dataclass
class Listing:
    """A part of a list. `newer` and `older` are the queries of the parts beside it, empty where there is none."""

    posts: list[Post]
    pinned: list[Post] = field(default_factory=list)
    number: int = 0  # of this page; 0 beyond the numbered ones
    numbers: int = 0  # how many pages have a number
    newer: dict[str, str] = field(default_factory=dict)
    older: dict[str, str] = field(default_factory=dict)
    months: list[tuple[int, list[date]]] = field(default_factory=list)


@dataclass(frozen=True)
class Shelf:
    """The articles of a list: moment and id in the index that is walked, what holds for its rows, and how they become articles."""

    moment: Any
    id: Any
    holds: tuple[Any, ...]
    posts: Select[Post] = field(default_factory=lambda: select(Post))
    pinned: tuple[Any, ...] | None = None  # what holds for the notices on top of it, where it has such

    @classmethod
    def of(cls, place: Section | Tag) -> "Shelf":
        if isinstance(place, Section):
            return cls(Post.published_at, Post.id, (*_in(place), Post.deleted_at.is_(None)), pinned=_in(place))
        posts = select(Post).join(PostTag, PostTag.post_id == Post.id)
        return cls(PostTag.published_at, PostTag.post_id, (PostTag.tag_id == place.id,), posts)

    @property
    def newest_first(self) -> tuple[Any, ...]:
        return self.moment.desc(), self.id.desc()

    @property
    def oldest_first(self) -> tuple[Any, ...]:
        return self.moment, self.id


def database_answers() -> bool:
    """Whether the news can be read."""
    try:
        db.session.execute(select(Paper.id).limit(1)).first()
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def section(slug: str) -> Section | None:
    return db.session.scalar(select(Section).where(Section.slug == slug))


def section_by_id(section_id: int) -> Section:
    return db.session.get_one(Section, section_id)


def listing(place: Section | Tag, wanted: Wanted) -> Listing | None:
    """The part of a section's (a group's, a tag's) list that is wanted; none where there is no such part.

    A month between the first and the last may be empty.
    """
    shelf = Shelf.of(place)
    found = _numbered(shelf, wanted) if wanted == Wanted(page=wanted.page) else _beyond(shelf, wanted)
    if not found and wanted != Wanted(month=wanted.month):
        return None
    months = _months(shelf)
    if not found and not any(wanted.month in of_year for _year, of_year in months):
        return None
    found = found or Listing([])
    found.months = months
    return found


def newest(limit: int, section: Section | None = None) -> list[Post]:
    """The newest articles, of one section or group or of all, as a list shows them."""
    return list(db.session.scalars(Post.visible().where(*_in(section)).order_by(*NEWEST_FIRST).limit(limit).options(*SHORT)))


def by_ids(ids: Iterable[int], *, with_body: bool = False) -> dict[int, Post]:
    """The visible ones of these, as a list shows them, by id. They are plain (lib/plain.py)."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    question, line = _lines(with_body)
    posts = map(line, db.session.connection().execute(question, {"ids": wanted, "now": now()}).all())
    return {post.id: post for post in posts}


@cache
def _lines(with_body: bool) -> tuple[Any, Callable[[Any], Post]]:
    """The question for some articles, asked with ids and now, and what makes one of a row: with its section and its cover."""
    columns = [column for column in Post.__table__.columns if with_body or column.key != "body"]
    make_post, make_photo = maker(Post, [column.key for column in columns]), maker(Photo)

    def line(row: Any) -> Post:
        post, cover = make_post(row[: len(columns)]), row[len(columns) : -_WIDTH]
        post.section, post.cover = _section(row[-_WIDTH:]), make_photo(cover) if cover[0] else None
        return post

    question = select(*columns, *Photo.__table__.columns, *Section.__table__.columns).join(Section, Section.id == Post.section_id)
    here = (Post.is_visible(AT), Post.id.in_(bindparam("ids", expanding=True)))
    return question.outerjoin(Photo, Photo.id == Post.cover_id).where(*here), line


def _in(section: Section | None) -> tuple[Any, ...]:
    if section is None:
        return ()
    return (Post.group_id == section.id if section.is_group else Post.section_id == section.id,)


def _numbered(shelf: Shelf, wanted: Wanted) -> Listing | None:
    """A page near the start. Only keys are walked, and no more than the numbered pages hold."""
    question = select(shelf.moment, shelf.id).where(shelf.moment <= now(), *shelf.holds).order_by(*shelf.newest_first)
    keys = [Key(*row) for row in db.session.execute(question.limit(NUMBERED * PAGE + 1))]
    shown = keys[(wanted.page - 1) * PAGE : wanted.page * PAGE]
    if not shown and not wanted.is_first:
        return None
    posts = by_ids(key.id for key in shown)
    found = Listing([posts[key.id] for key in shown if key.id in posts], number=wanted.page)
    found.numbers = min(NUMBERED, -(-len(keys) // PAGE))
    if wanted.page > 1:
        found.newer = {"page": str(wanted.page - 1)}
    if len(keys) > wanted.page * PAGE:
        found.older = {"page": str(wanted.page + 1)} if wanted.page < NUMBERED else {"before": str(shown[-1])}
    if wanted.is_first:
        found.pinned = _pinned(shelf)
        above = {post.id for post in found.pinned}
        found.posts = [post for post in found.posts if post.id not in above]
    return found


def _beyond(shelf: Shelf, wanted: Wanted) -> Listing | None:
    """A part found by the key of a row beside it, or the oldest; of one month, where that is wanted."""
    start, end = _bounds(wanted.month)
    if wanted.after or wanted.oldest:
        return _upwards(shelf, wanted, start, end)
    upper = min(wanted.before or end, end, key=lambda key: (key.moment, key.id))
    rows = _walk(shelf, start, upper, shelf.newest_first)
    if not rows:
        return None
    return _part(rows[:PAGE], wanted, newer=bool(wanted.before), older=len(rows) > PAGE)


def _upwards(shelf: Shelf, wanted: Wanted, start: Key, end: Key) -> Listing | None:
    lower = max(wanted.after or start, start, key=lambda key: (key.moment, key.id))
    rows = _walk(shelf, lower, end, shelf.oldest_first)
    if len(rows) <= PAGE and wanted.after:  # the top is reached: a whole page of it
        top = Wanted(month=wanted.month)
        return _beyond(shelf, top) if wanted.month else _numbered(shelf, top)
    if not rows:
        return None
    return _part(rows[PAGE - 1 :: -1], wanted, newer=len(rows) > PAGE, older=bool(wanted.after))


def _walk(shelf: Shelf, lower: Key, upper: Key, order: tuple[Any, ...]) -> list[Post]:
    """One more than a page of the articles between two keys, neither of them included."""
    key = tuple_(shelf.moment, shelf.id)
    between = (key > _bound(lower), key < _bound(upper), *shelf.holds)
    return list(db.session.scalars(shelf.posts.where(*between).order_by(*order).limit(PAGE + 1).options(*SHORT)))


def _part(posts: list[Post], wanted: Wanted, *, newer: bool, older: bool) -> Listing:
    month = {"month": wanted.month.strftime("%Y-%m")} if wanted.month else {}
    found = Listing(posts)
    if newer:
        found.newer = month | {"after": str(_key(posts[0]))}
    if older:
        found.older = month | {"before": str(_key(posts[-1]))}
    return found


def _bounds(month: date | None) -> tuple[Key, Key]:
    """Keys around a month of the paper's own time zone, or around everything up to this moment."""
    present = Key(now(), LARGEST_ID)
    if month is None:
        return Key(EPOCH, 0), present
    first, last = (Key(_midnight(day), 0) for day in (month, next_month(month)))
    return first, min(last, present, key=lambda key: (key.moment, key.id))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=paper_zone()).astimezone(UTC)


def _bound(key: Key) -> Any:
    return tuple_(literal(key.moment, UTCDateTime), literal(key.id))


def _key(post: Post) -> Key:
    return Key(post.published_at, post.id)  # type: ignore[arg-type]


def _pinned(shelf: Shelf) -> list[Post]:
    if shelf.pinned is None:
        return []
    # Compared with a moment, not only with NULL: SQLite then walks the index of the pinned ones.
    question = Post.visible().where(Post.pinned_at > EPOCH, *shelf.pinned).order_by(Post.pinned_at.desc())
    return list(db.session.scalars(question.limit(PINNED).options(*SHORT)))


def _months(shelf: Shelf) -> list[tuple[int, list[date]]]:
    ends = [
        select(shelf.moment).where(shelf.moment <= now(), *shelf.holds).order_by(*order).limit(1).scalar_subquery()
        for order in (shelf.oldest_first, shelf.newest_first)
    ]
    first, last = tuple(db.session.execute(select(*ends)).one())
    return months(local(first).date(), local(last).date()) if first else []
