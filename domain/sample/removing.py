"""Taking the sample away: its articles, members, comments, numbers, pictures, tags and imprint.

What was written since stays: other articles with their photos, articles of the sample that have both another
title and another text now, members who joined, and sections that hold articles. Comments of others go with
the articles of the sample that they stand under.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from database import Base, db
from domain.counter.models import PostDay, PostViews
from domain.keeping import housekeeping
from domain.moderation import counting
from domain.neighbours.models import ActivityDay, ActivityHour, Consent
from domain.paper.models import FormerSection, PageText
from domain.sample import marks, structure
from domain.search import search_index
from lib.files.store import Store
from models import Comment, Member, Paper, Photo, Post, PostTag, Section, Tag, local, now

# Tables with rows of their own kind of removal, or whose rows go with those of another table.
_HANDLED = ("posts", "comments", "members", "sections", "tags", "photos", "attachments", "corrections")


@dataclass(frozen=True)
class Contents:
    """What of the sample is still there."""

    posts: int
    members: int
    comments: int
    others_comments: int  # of members who joined, under articles of the sample
    files: int
    rewritten: Sequence[Post]  # articles that stay, because the editor made them others
    is_there: bool  # anything at all


def contents() -> Contents:
    """Count what `remove` would take away."""
    posts = marks.rows(Post)
    gone, members = _gone(posts), [member.id for member in marks.rows(Member)]
    of_others = select(func.count()).where(Comment.post_id.in_([post.id for post in gone]))
    editors = select(Member.id).where(Member.is_editor)
    of_others = of_others.where(Comment.member_id.not_in(members), Comment.member_id.not_in(editors))
    return Contents(
        posts=len(gone),
        members=len(members),
        comments=len(marks.rows(Comment)),
        others_comments=db.session.scalar(of_others) or 0,
        files=len(marks.files()),
        rewritten=[post for post in posts if post not in gone],
        is_there=marks.are_there(),
    )


def remove(*, keep_sections: bool = False) -> dict[str, int]:
    """Take the sample's rows away. The caller commits, and calls `remove_files` then.

    :param keep_sections: keep also its sections that are empty then
    :returns: how many articles, members, comments and sections were deleted
    """
    posts, members, comments = marks.rows(Post), marks.rows(Member), marks.rows(Comment)
    gone = [post.id for post in _gone(posts)]
    _subtract_from_sums()
    _delete_comments([comment for comment in comments if comment.post_id not in gone])
    _delete_posts(gone)
    _delete_members([member.id for member in members])
    _delete_others()
    sections = 0 if keep_sections else _delete_sections()
    _empty_imprint()
    marks.remove()
    db.session.flush()
    db.session.expire_all()
    return {"posts": len(gone), "members": len(members), "comments": len(comments), "sections": sections}


def remove_files(store: Store) -> int:
    """Delete the files of the sample that nothing uses now. Returns how many. The caller commits.

    If it is cut short, the marks of the files are still there, and housekeeping deletes unused files anyway.
    """
    digests = marks.files()
    unused = digests - housekeeping.used_digests(digests)
    paths = [path for digest in sorted(unused) for path in store.folder.glob(f"{digest[:2]}/{digest}*")]
    for path in paths:
        path.unlink(missing_ok=True)
    marks.remove(marks.FILES)
    return len(paths)


def forget_views(connection: Connection, post_ids: Iterable[int]) -> None:
    """Delete how often these articles were read.

    :param connection: of the visitors database, in a writing transaction
    """
    for table in (PostDay, PostViews):
        connection.execute(delete(table).where(table.post_id.in_(list(post_ids))))


def post_ids() -> list[int]:
    """The articles that `remove` would delete."""
    return [post.id for post in _gone(marks.rows(Post))]


def _gone(posts: list[Post]) -> list[Post]:
    return [post for post in posts if not marks.is_rewritten(post)]


def _delete_posts(ids: list[int]) -> None:
    """Delete articles; what belongs to them goes by the foreign keys, and leaves the search index."""
    comment_ids = db.session.scalars(select(Comment.id).where(Comment.post_id.in_(ids))).all()
    waiting = [photo.id for photo in marks.rows(Photo) if photo.post_id is None]
    photo_ids = [*db.session.scalars(select(Photo.id).where(Photo.post_id.in_(ids))), *waiting]
    _delete(Post, Post.id.in_(ids))
    _delete(Photo, Photo.id.in_(waiting))
    if search_index.is_supported(db.engine):
        search_index.index_posts(ids)
        search_index.index_comments(comment_ids)
        search_index.index_photos(photo_ids)


def _delete_comments(comments: list[Comment]) -> None:
    """Delete comments under articles that stay, with the threads that they begin."""
    ids = [comment.id for comment in comments]
    if not ids:
        return
    posts = sorted({comment.post_id for comment in comments})
    gone = or_(Comment.id.in_(ids), Comment.root_id.in_(ids))
    stays = (Comment.parent_id.in_(ids), Comment.id.not_in(ids), Comment.root_id.not_in(ids))
    db.session.execute(update(Comment).where(*stays).values(parent_id=Comment.root_id))
    all_ids = db.session.scalars(select(Comment.id).where(gone)).all()
    _delete(Comment, gone)
    counting.recount(posts)
    if search_index.is_supported(db.engine):
        search_index.index_comments(all_ids)


def _delete_members(ids: list[int]) -> None:
    _delete(Comment, Comment.member_id.in_(ids))
    _delete(Member, Member.id.in_(ids))


def _delete_others() -> None:
    """Delete tags that no article has, and rows of tables that this file does not know."""
    tags = [tag.id for tag in marks.rows(Tag)]
    _delete(Tag, Tag.id.in_(tags), Tag.id.not_in(select(PostTag.tag_id)))
    for mapper in Base.registry.mappers:
        table: Any = mapper.class_
        if table.__tablename__ not in _HANDLED and marks.of_kind(table.__tablename__):
            _delete(table, table.id.in_([row.id for row in marks.rows(table)]))


def _delete_sections() -> int:
    """Delete the sections of the sample that hold nothing, and the groups that are empty then."""
    names = {columns["slug"]: columns["name"] for columns in structure.STRUCTURE["sections"]}
    deleted = 0
    for section in sorted(marks.rows(Section), key=lambda section: section.is_group):
        is_used = db.session.scalar(
            select(Post.id).where(or_(Post.section_id == section.id, Post.group_id == section.id)).limit(1)
        )
        has_children = db.session.scalar(select(Section.id).where(Section.parent_id == section.id).limit(1))
        if not is_used and not has_children and names.get(section.slug) == section.name:
            db.session.add(FormerSection(id=section.id))  # no other section gets its id
            _delete(Section, Section.id == section.id)
            deleted += 1
    return deleted


def _empty_imprint() -> None:
    """Empty what the imprint still has from the sample, with the pages' texts that nobody has agreed to.

    The last edit is that of the newest article left.
    """
    agreed = select(Consent.text_id).where(Consent.text_id.is_not(None))
    invented = [value for value in structure.IMPRINT.values() if isinstance(value, str)]
    says = or_(*(PageText.body.contains(value, autoescape=True) for value in invented))
    _delete(PageText, says, PageText.id.not_in(agreed))
    paper = db.session.merge(Paper.get())
    for column, value in structure.IMPRINT.items():
        if getattr(paper, column) == value:
            setattr(paper, column, _EMPTY.get(column, ""))
    newest = select(func.max(Post.published_at)).where(Post.is_visible(now()))
    paper.last_edited_at = db.session.scalar(newest)


def _delete(table: Any, *which: Any) -> None:
    db.session.execute(delete(table).where(*which), execution_options={"synchronize_session": False})


_EMPTY: dict[str, Any] = {"registrations": [], "published_on": None, "copyright_from": None}


def _subtract_from_sums() -> None:
    """Take the sample's comments and members out of the sums by hour and day."""
    for column, kind in (("comments", "comments"), ("joins", "members")):
        moments = [mark.made_at for mark in marks.of_kind(kind) if mark.made_at]
        _subtract(column, moments)
    for table in (ActivityHour, ActivityDay):
        _delete(table, table.comments <= 0, table.joins <= 0)


def _subtract(column: str, moments: list[datetime]) -> None:
    hours = Counter((local(moment).date(), local(moment).hour) for moment in moments)
    days: Counter[date] = Counter()
    for (day, hour), count in hours.items():
        days[day] += count
        _lower(ActivityHour, column, count, day=day, hour=hour)
    for day, count in days.items():
        _lower(ActivityDay, column, count, day=day)


def _lower(table: Any, column: str, count: int, **key: Any) -> None:
    lower = func.max(getattr(table, column) - count, 0)
    db.session.execute(update(table).filter_by(**key).values({column: lower}))
