"""What readers ask of the news: the masthead, the sections, some articles. Every list is a walk along an index (domain/reading/listings.py)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, select, true
from sqlalchemy.exc import SQLAlchemyError

from database import UTCDateTime, db
from database.statement import Statement
from lib.plain import maker
from models import Paper, Photo, Post, Section, now

NEWEST_FIRST = (Post.published_at.desc(), Post.id.desc())
OLDEST_FIRST = (Post.published_at, Post.id)
MANY_READ = 300  # views from which an article is marked as read by many
AT = bindparam("now", type_=UTCDateTime)
PLACE = bindparam("place_id", type_=Integer)  # a section, a group or a tag


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
_BY_SLUG = Statement(select(Section.__table__).where(Section.slug == bindparam("slug")))
_WIDTH = len(Section.__table__.columns)  # columns at the end of a row of the masthead
_NEWEST = (
    select(Post.published_at)
    .where(Post.is_visible(AT))
    .order_by(Post.published_at.desc())
    .limit(1)
    .scalar_subquery()
)
_MASTHEAD = Statement(
    select(_NEWEST, Paper.__table__, Section.__table__)
    .outerjoin(Section.__table__, true())
    .where(Paper.id == 1)
    .order_by(Section.position, Section.id)
)


def database_answers() -> bool:
    """Whether the news can be read."""
    try:
        db.session.execute(select(Paper.id).limit(1)).first()
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def section(slug: str) -> Section | None:
    """A section or a group, plain (lib/plain.py): it has no `children`."""
    rows = _BY_SLUG(slug=slug)
    return _section(rows[0]) if rows else None


def section_by_id(section_id: int) -> Section:
    return db.session.get_one(Section, section_id)


def newest(limit: int, section: Section | None = None) -> list[Post]:
    """The newest articles, of one section or group or of all, as a list shows them. They are plain (lib/plain.py)."""
    place = "" if section is None else "group" if section.is_group else "section"
    given = {"place_id": section.id} if section else {}
    return in_order([post_id for (post_id,) in _newest(place, limit)(now=now(), **given)])


@cache
def _newest(place: str, limit: int) -> Statement:
    here = {"": (), "group": (Post.group_id == PLACE,), "section": (Post.section_id == PLACE,)}[place]
    return Statement(select(Post.id).where(Post.is_visible(AT), *here).order_by(*NEWEST_FIRST).limit(limit))


def in_order(ids: Sequence[int], *, with_body: bool = False) -> list[Post]:
    """The visible ones of these, in this order, as a list shows them. They are plain (lib/plain.py)."""
    posts = by_ids(ids, with_body=with_body)
    return [posts[post_id] for post_id in ids if post_id in posts]


def by_ids(ids: Iterable[int], *, with_body: bool = False) -> dict[int, Post]:
    """The visible ones of these, as a list shows them, by id. They are plain (lib/plain.py)."""
    wanted = set(ids)
    if not wanted:
        return {}
    question, line = _lines(with_body)
    posts = map(line, question(ids=wanted, now=now()))
    return {post.id: post for post in posts}


@cache
def _lines(with_body: bool) -> tuple[Statement, Callable[[Any], Post]]:
    """The question for some articles, asked with ids and now, and what makes one of a row: with its section and its cover."""
    columns = [column for column in Post.__table__.columns if with_body or column.key != "body"]
    make_post, make_photo = maker(Post, [column.key for column in columns]), maker(Photo)

    def line(row: Any) -> Post:
        post, cover = make_post(row[: len(columns)]), row[len(columns) : -_WIDTH]
        post.section, post.cover = _section(row[-_WIDTH:]), make_photo(cover) if cover[0] else None
        return post

    question = select(*columns, *Photo.__table__.columns, *Section.__table__.columns).join(
        Section, Section.id == Post.section_id
    )
    here = (Post.is_visible(AT), Post.id.in_(bindparam("ids", expanding=True)))
    return Statement(question.outerjoin(Photo, Photo.id == Post.cover_id).where(*here)), line
