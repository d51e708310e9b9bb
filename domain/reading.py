"""What readers ask of the news: the masthead, lists, neighbours. Every list is a walk along an index."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import to_user_timezone, to_utc
from sqlalchemy import literal, select, true, tuple_, union_all
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from database import UTCDateTime, db
from lib.paging import EPOCH, LARGEST_ID, NUMBERED, Key, Wanted, months, next_month
from models import Paper, Post, Section, now

NEWEST_FIRST = (Post.published_at.desc(), Post.id.desc())
OLDEST_FIRST = (Post.published_at, Post.id)
PAGE = 20  # articles on a page of a list
PINNED = 5  # notices on top of it
LATEST = 10  # beside an article
MANY_READ = 300  # views from which an article is marked as read by many
SHORT = (defer(Post.body), joinedload(Post.section), joinedload(Post.cover))  # what a line of a list shows


def masthead() -> tuple[Paper, datetime | None, list[Section]]:
    """The paper, when it was last edited, and its groups with their sections: one question.

    The last edit is the editor's, or the newest article's moment: a scheduled one appears by itself.
    """
    newest = select(Post.published_at).where(Post.is_visible()).order_by(Post.published_at.desc()).limit(1).scalar_subquery()
    rows = db.session.execute(
        select(Paper, newest, Section).outerjoin(Section, true()).where(Paper.id == 1).order_by(Section.position, Section.id)
    ).all()
    if not rows:
        return Paper.get(), None, []
    paper, newest_at, _ = rows[0]
    sections = [section for _, _, section in rows if section]
    for section in sections:
        below = [child for child in sections if child.parent_id == section.id]
        set_committed_value(section, "children", below)
    moments = [moment for moment in (paper.last_edited_at, newest_at) if moment]
    return paper, max(moments, default=None), [section for section in sections if section.is_group]


@dataclass
class Listing:
    """A part of a section's list. `newer` and `older` are the queries of the parts beside it, empty where there is none."""

    posts: list[Post]
    pinned: list[Post] = field(default_factory=list)
    number: int = 0  # of this page; 0 beyond the numbered ones
    numbers: int = 0  # how many pages have a number
    newer: dict[str, str] = field(default_factory=dict)
    older: dict[str, str] = field(default_factory=dict)
    months: list[tuple[int, list[date]]] = field(default_factory=list)


@dataclass(frozen=True)
class Beside:
    """A line beside an article: the latest of its group, the one before, the one after."""

    id: int
    title: str
    published_at: datetime
    origin: str

    @property
    def is_advertisement(self) -> bool:
        return self.origin == "advertisement"


@dataclass(frozen=True)
class Neighbours:
    """What stands around an article: the latest of its group, and the next older and newer one of its section."""

    latest: list[Beside]
    older: Beside | None
    newer: Beside | None


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


def article(post_id: int) -> Post | None:
    """An article in whatever state, with its section, cover, attachments and corrections: one question."""
    if not 0 < post_id <= LARGEST_ID:
        return None
    beside = (joinedload(Post.section), joinedload(Post.cover), joinedload(Post.attachments), joinedload(Post.corrections))
    return db.session.scalars(select(Post).where(Post.id == post_id).options(*beside)).unique().one_or_none()


def listing(section: Section, wanted: Wanted) -> Listing | None:
    """The part of a section's (a group's) list that is wanted; none where there is no such part."""
    found = _numbered(section, wanted) if wanted == Wanted(page=wanted.page) else _beyond(section, wanted)
    if found:
        found.months = _months(section)
    return found


def newest(limit: int, section: Section | None = None) -> list[Post]:
    """The newest articles, of one section or group or of all, as a list shows them."""
    return list(db.session.scalars(Post.visible().where(*_in(section)).order_by(*NEWEST_FIRST).limit(limit).options(*SHORT)))


def by_ids(ids: Iterable[int]) -> dict[int, Post]:
    """The visible ones of these, as a list shows them, by id."""
    wanted = set(ids)
    found = db.session.scalars(Post.visible().where(Post.id.in_(wanted)).options(*SHORT)) if wanted else ()
    return {post.id: post for post in found}


def neighbours(post: Post) -> Neighbours:
    """What stands around an article: one question."""
    here = tuple_(literal(post.published_at or now(), UTCDateTime), literal(post.id))
    key = tuple_(Post.published_at, Post.id)
    same = (Post.section_id == post.section_id, Post.deleted_at.is_(None))
    arms = (
        _arm("latest", LATEST, Post.is_visible(), Post.group_id == post.group_id).order_by(*NEWEST_FIRST),
        _arm("older", 1, *same, key < _earlier(here, post)).order_by(*NEWEST_FIRST),
        _arm("newer", 1, *same, key > here, Post.published_at <= now()).order_by(*OLDEST_FIRST),
    )
    found: dict[str, list[Beside]] = {"latest": [], "older": [], "newer": []}
    for kind, *columns in db.session.execute(union_all(*(select(arm.subquery()) for arm in arms))):
        found[kind].append(Beside(*columns))
    latest = sorted(found["latest"], key=lambda line: (line.published_at, line.id), reverse=True)
    return Neighbours(latest, next(iter(found["older"]), None), next(iter(found["newer"]), None))


def _arm(kind: str, limit: int, *conditions: Any) -> Any:
    columns = (literal(kind).label("kind"), Post.id, Post.title, Post.published_at, Post.origin)
    return select(*columns).where(*conditions).limit(limit)


def _earlier(here: Any, post: Post) -> Any:
    """The upper bound of what is older: not the article's own moment where that is still to come."""
    return here if post.state == "published" else tuple_(literal(now(), UTCDateTime), literal(LARGEST_ID))


def _in(section: Section | None) -> tuple[Any, ...]:
    if section is None:
        return ()
    return (Post.group_id == section.id if section.is_group else Post.section_id == section.id,)


def _numbered(section: Section, wanted: Wanted) -> Listing | None:
    """A page near the start. Only keys are walked, and no more than the numbered pages hold."""
    question = select(Post.published_at, Post.id).where(Post.is_visible(), *_in(section)).order_by(*NEWEST_FIRST)
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
        found.pinned = _pinned(section)
        found.posts = [post for post in found.posts if post not in found.pinned]
    return found


def _beyond(section: Section, wanted: Wanted) -> Listing | None:
    """A part found by the key of a row beside it, or the oldest; of one month, where that is wanted."""
    start, end = _bounds(wanted.month)
    if wanted.after or wanted.oldest:
        return _upwards(section, wanted, start, end)
    upper = min(wanted.before or end, end, key=lambda key: (key.moment, key.id))
    rows = _walk(section, start, upper, NEWEST_FIRST)
    if not rows:
        return None
    return _part(rows[:PAGE], wanted, newer=bool(wanted.before), older=len(rows) > PAGE)


def _upwards(section: Section, wanted: Wanted, start: Key, end: Key) -> Listing | None:
    lower = max(wanted.after or start, start, key=lambda key: (key.moment, key.id))
    rows = _walk(section, lower, end, OLDEST_FIRST)
    if len(rows) <= PAGE and wanted.after:  # the top is reached: a whole page of it
        top = Wanted(month=wanted.month)
        return _beyond(section, top) if wanted.month else _numbered(section, top)
    if not rows:
        return None
    return _part(rows[PAGE - 1 :: -1], wanted, newer=len(rows) > PAGE, older=bool(wanted.after))


def _walk(section: Section, lower: Key, upper: Key, order: tuple[Any, ...]) -> list[Post]:
    """One more than a page of the articles between two keys, neither of them included."""
    key = tuple_(Post.published_at, Post.id)
    between = (key > _bound(lower), key < _bound(upper), Post.deleted_at.is_(None), *_in(section))
    return list(db.session.scalars(select(Post).where(*between).order_by(*order).limit(PAGE + 1).options(*SHORT)))


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
    return to_utc(datetime(day.year, day.month, day.day)).replace(tzinfo=UTC)  # noqa: DTZ001 - local on purpose


def _bound(key: Key) -> Any:
    return tuple_(literal(key.moment, UTCDateTime), literal(key.id))


def _key(post: Post) -> Key:
    return Key(post.published_at, post.id)  # type: ignore[arg-type]


def _pinned(section: Section) -> list[Post]:
    # Compared with a moment, not only with NULL: SQLite then walks the index of the pinned ones.
    question = Post.visible().where(Post.pinned_at > EPOCH, *_in(section)).order_by(Post.pinned_at.desc())
    return list(db.session.scalars(question.limit(PINNED).options(*SHORT)))


def _months(section: Section) -> list[tuple[int, list[date]]]:
    ends = [
        select(Post.published_at).where(Post.is_visible(), *_in(section)).order_by(*order).limit(1).scalar_subquery()
        for order in (OLDEST_FIRST, NEWEST_FIRST)
    ]
    first, last = tuple(db.session.execute(select(*ends)).one())
    return months(to_user_timezone(first).date(), to_user_timezone(last).date()) if first else []
