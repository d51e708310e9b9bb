"""Groups and sections: adding, changing, ordering, merging and deleting them.

An article knows its section and what it is listed under: the group, or the section itself while that is
hidden. An act that changes this for a whole section is one UPDATE of its articles.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, literal_column, or_, select, update
from sqlalchemy.orm import selectinload

from database import db
from domain.desk.models import Revision
from domain.paper.models import FormerSection, FormerSlug
from domain.paper.proposals import PROPOSALS, Proposal
from lib.text import slugs
from lib.web.paging import LARGEST_ID
from models import Post, Refused, Section, now

__all__ = ["PROPOSALS", "Proposal", "SectionDraft", "adopt", "groups", "merge"]

COMMENTS_FROM = ("members", "nobody")
MOST_DAYS = 3650  # after which comments close
RESERVED = ("all", "edit", "feed", "index", "new")  # no slugs: pages of the program may need them


@dataclass(frozen=True)
class SectionDraft:
    """What the editor says about a group (without `group_id`) or a section."""

    name: str
    slug: str
    group_id: int | None = None
    look: str = "list"
    kind: str = "news"
    hidden: bool = False
    closed: bool = False
    comments_from: str = COMMENTS_FROM[0]
    comments_close_after_days: int | None = None


def groups() -> Sequence[Section]:
    """The groups in order, each with its sections."""
    query = select(Section).where(Section.parent_id.is_(None)).order_by(Section.position, Section.id)
    return db.session.scalars(query.options(selectinload(Section.children))).all()


def find(id: int) -> Section:
    """Return a group or a section.

    :raises Refused: there is none (404)
    """
    section = db.session.get(Section, id) if id <= LARGEST_ID else None
    if section is None:
        raise Refused(_("There is no such section."), 404)
    return section


def adopt(name: str) -> int:
    """Add the groups and sections of one of PROPOSALS whose slugs are free. Returns how many were added."""
    found = {section.slug: section for section in db.session.scalars(select(Section))}
    added = 0
    for columns in PROPOSALS[name].sections:
        if columns["slug"] in found:
            continue
        parent = found.get(columns.get("parent", ""))
        group_id = parent.group_id if parent else None
        columns = {key: value for key, value in columns.items() if key != "parent"}
        found[columns["slug"]] = save(None, SectionDraft(**columns, group_id=group_id))
        added += 1
    return added


def save(section: Section | None, draft: SectionDraft) -> Section:
    """Write a draft to its section, or to a new one. Under another address the old one leads to it.

    An address that another section had once belongs to this one from now on. Without a slug a section keeps
    the one it has; a new one gets one that is made of its name.

    :raises Refused: another section has this address (409), or it is none; or a group would become a section
    """
    is_new = section is None
    slug = draft.slug or (section.slug if section else _slug_for(draft.name))
    if section is None:
        position = len(_siblings(draft.group_id)) + 1
        section = Section(id=_new_id(), slug=slug, name=draft.name, position=position)
        section.parent_id = draft.group_id
    _give_slug(section, slug, is_new=is_new)
    before = section.list_id
    if section.parent_id != draft.group_id:
        place(section, draft.group_id, len(_siblings(draft.group_id)))
    section.name, section.look, section.kind = draft.name, draft.look, draft.kind
    section.hidden_at = (section.hidden_at or now()) if draft.hidden else None
    section.closed_at = (section.closed_at or now()) if draft.closed else None
    section.comments_from = draft.comments_from
    section.comments_close_after_days = draft.comments_close_after_days
    db.session.add(section)
    db.session.flush()
    if section.list_id != before:
        _list_articles_of(section)
    return section


def move(section: Section, step: int) -> None:
    """Exchange it with the one above (-1) or below it (1) in its group, if there is one."""
    place(section, section.parent_id, _siblings(section.parent_id).index(section) + step)


def place(section: Section, group_id: int | None, position: int) -> None:
    """Put a section at a position (from 0) in a group, or a group at a position among the groups.

    :raises Refused: a group would become a section, or a section a group
    """
    if section.is_group != (group_id is None) or (group_id and not find(group_id).is_group):
        raise Refused(_("A group stays a group, and a section stays a section."))
    others = [other for other in _siblings(group_id) if other is not section]
    others.insert(max(position, 0), section)
    before, section.parent_id = section.list_id, group_id
    for number, other in enumerate(others, 1):
        other.position = number
    db.session.flush()
    if section.list_id != before:
        _list_articles_of(section)


def article_count(section: Section) -> int:
    """Number of its articles, drafts and those that were taken down among them."""
    counts = (select(func.count()).where(*conditions) for conditions in _articles_of(section))
    return sum(db.session.scalar(count) or 0 for count in counts)


def merge(section: Section, into: Section) -> int:
    """Move all articles of a section to another one, and delete it. Its addresses lead to the other one.

    Readers are told of no edit. Returns how many articles were moved, deleted ones not counted.

    :raises Refused: they are the same, or one is a group
    """
    if section.is_group or into.is_group or section.id == into.id:
        raise Refused(_("Please choose another section."))
    count = article_count(section)
    moved = {"section_id": into.id, "group_id": into.list_id}
    db.session.execute(update(Post).where(Post.section_id == section.id).values(**moved))
    versions = update(Revision).where(Revision.section_id == section.id)
    db.session.execute(versions.values(section_id=into.id))
    _succeed(section, into)
    return count


def remove(section: Section) -> None:
    """Delete a group without sections, or a section without articles. Its addresses lead to its group.

    :raises Refused: it is not empty (409)
    """
    if section.children:
        raise Refused(_("“%(name)s” still has sections. Move them first.", name=section.name), 409)
    if db.session.scalar(select(Post.id).where(Post.section_id == section.id).limit(1)):
        raise Refused(
            _("“%(name)s” has articles. Merge it with another section: none is lost.", name=section.name), 409
        )
    _succeed(section, section.parent)


def is_empty(section: Section) -> bool:
    """Whether a group has no sections, or a section no articles; those deleted for good are not looked at."""
    queries = [select(Section.id).where(Section.parent_id == section.id)]
    queries += [select(Post.id).where(*conditions) for conditions in _articles_of(section)]
    return not any(db.session.scalar(query.limit(literal_column("1"))) for query in queries)


def former(slug: str) -> FormerSlug | None:
    """What became of a slug that a section had once."""
    return db.session.get(FormerSlug, slug)


def former_owner(slug: str) -> Section | None:
    """The section to which a former slug leads."""
    found = former(slug)
    return db.session.get(Section, found.section_id) if found and found.section_id else None


def ids_within(section_id: int) -> list[int]:
    """The ids of a section, or of a group with its sections, and of those that were merged into them."""
    present = select(Section.id).where(or_(Section.id == section_id, Section.parent_id == section_id))
    merged = select(FormerSection.id).where(FormerSection.section_id.in_(present))
    return sorted({*db.session.scalars(present), *db.session.scalars(merged)})


def _articles_of(section: Section) -> tuple[tuple[ColumnElement[bool], ...], ...]:
    """The conditions of its articles that are not deleted, and of those that are: each walks an index."""
    is_here, is_deleted = Post.section_id == section.id, Post.deleted_at.is_not(None)
    return (is_here, Post.deleted_at.is_(None)), (is_here, is_deleted, Post.erased_at.is_(None))


def _new_id() -> int:
    """An id that no section ever had: the search index and the statistics may still name old ones."""
    highest = (db.session.scalar(select(func.max(table.id))) for table in (Section, FormerSection))
    return max(filter(None, highest), default=0) + 1


def _siblings(group_id: int | None) -> list[Section]:
    is_here = Section.parent_id.is_(None) if group_id is None else Section.parent_id == group_id
    return list(db.session.scalars(select(Section).where(is_here).order_by(Section.position, Section.id)))


def check_open(section: Section) -> None:
    """:raises Refused: the section, or its group, takes no new articles (409)"""
    if not is_open(section):
        raise Refused(closed_sentence(section), 409)


def is_open(section: Section) -> bool:
    """Whether it takes new articles."""
    return not (section.closed_at or (section.parent and section.parent.closed_at))


def closed_sentence(section: Section) -> str:
    name = section.name
    return _("“%(name)s” is closed and takes no new articles. Please choose another section.", name=name)


def _slug_for(name: str) -> str:
    """A slug made of a name, which no section has."""
    stem = slugs.romanized(name) or "section"
    taken = {*db.session.scalars(select(Section.slug)), *RESERVED}
    candidates = (stem, *(f"{stem[: slugs.LONGEST - 4]}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in candidates if slug not in taken)


def _give_slug(section: Section, slug: str, *, is_new: bool) -> None:
    if not is_new and slug == section.slug:
        return
    if not slugs.is_slug(slug):
        raise Refused(_("An address has up to 40 small Latin letters, digits and hyphens: village-news"))
    if slug in RESERVED:
        raise Refused(_("The program itself needs the address “%(slug)s”.", slug=slug))
    with db.session.no_autoflush:
        taken = db.session.scalar(select(Section).where(Section.slug == slug, Section.id != section.id))
        if taken:
            raise Refused(_("“%(name)s” has this address already.", name=taken.name), 409)
        if before := former(slug):
            db.session.delete(before)
    if not is_new:
        db.session.add(FormerSlug(slug=section.slug, section_id=section.id))
        section.slug = slug
    db.session.flush()


def _list_articles_of(section: Section) -> None:
    """Let its articles be listed where they belong. One statement, whatever their number."""
    if section.is_group:
        return
    misplaced = (Post.section_id == section.id, Post.group_id != section.list_id)
    db.session.execute(update(Post).where(*misplaced).values(group_id=section.list_id))


def _succeed(section: Section, heir: Section | None) -> None:
    """Delete a section. What led to it leads to its heir; without one it is gone (410)."""
    id, slug, heir_id = section.id, section.slug, heir.id if heir else None
    for table in (FormerSlug, FormerSection):
        db.session.execute(update(table).where(table.section_id == id).values(section_id=heir_id))
    db.session.delete(section)
    db.session.flush()
    db.session.add_all([FormerSlug(slug=slug, section_id=heir_id), FormerSection(id=id, section_id=heir_id)])
    db.session.flush()
