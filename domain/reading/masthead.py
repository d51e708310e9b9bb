"""Header and footer of every page: the paper's imprint and the menu of groups and sections."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, exists, literal_column, select
from sqlalchemy.exc import SQLAlchemyError

from database import db
from domain.moderation import settings
from domain.moderation.models import CommentRules
from domain.moderation.settings import CommentSettings
from domain.paper import pages
from domain.paper.models import Theme
from domain.paper.theme import Look, look
from domain.reading.printed import shown_issues
from models import Paper, Post, Section, now


@dataclass(frozen=True)
class Imprint:
    """The columns of Paper, as every page shows them."""

    name: str
    tagline: str
    company_name: str
    registrations: list[dict[str, str]]
    publisher: str
    editors: str
    address: str
    telephone: str
    email: str
    published_on: date | None
    youth_officer: str
    business_number: str
    copyright_from: int | None


@dataclass(frozen=True)
class SectionCard:
    """A section, or a group with its sections as `children`."""

    id: int
    parent_id: int | None
    slug: str
    name: str
    look: str
    kind: str
    is_hidden: bool = False  # for itself: one of a hidden group is not
    comments_from: str = "members"
    comments_close_after_days: int | None = None
    children: tuple["SectionCard", ...] = ()

    @property
    def group_id(self) -> int:
        return self.parent_id or self.id

    @property
    def is_group(self) -> bool:
        return self.parent_id is None


@dataclass(frozen=True)
class Masthead:
    """`groups` are those of the menu, in its order, without hidden sections; `hidden_groups` are the others.
    `sections` are all of them, without their children.
    """

    paper: Imprint
    last_edited_at: datetime | None
    groups: tuple[SectionCard, ...]
    hidden_groups: tuple[SectionCard, ...]
    sections: tuple[SectionCard, ...]
    comment_settings: CommentSettings
    look: Look
    has_printed_issues: bool
    page_titles: dict[str, str]  # by slug, of the pages at the foot that are in effect


_IMPRINT_NAMES = tuple(field.name for field in fields(Imprint))
SECTION_COLUMNS = (Section.id, Section.parent_id, Section.slug, Section.name, Section.look, Section.kind)
_ALL_COLUMNS = (
    *SECTION_COLUMNS,
    Section.hidden_at.is_not(None),
    Section.comments_from,
    Section.comments_close_after_days,
)


def masthead() -> Masthead:
    """Return the imprint, the moment of the last edit, the menu and the rules of comments, in one query.

    The last edit is the editor's, or the moment of the newest article: a scheduled one appears by itself.
    """
    beside = Theme, exists(shown_issues()), pages.select_footer_titles(), _newest_moment(now())
    query = select(*_ALL_COLUMNS, Paper, CommentRules, *beside)
    query = query.select_from(Section).order_by(Section.position, Section.id)
    query = query.outerjoin(Paper, Paper.id == 1).outerjoin(CommentRules, CommentRules.id == 1)
    rows = db.session.execute(query.outerjoin(Theme, Theme.id == 1)).all()
    paper, rules, theme, has_issues, titles, newest_moment = rows[0][-6:] if rows else _without_sections()
    paper = paper or Paper.get()
    imprint = Imprint(**{name: getattr(paper, name) for name in _IMPRINT_NAMES})
    last_edited_at = max(filter(None, (paper.last_edited_at, newest_moment)), default=None)
    sections = tuple(SectionCard(*row[:-6]) for row in rows)
    groups, hidden_groups = (_groups(sections, hidden=hidden) for hidden in (False, True))
    return Masthead(
        imprint,
        last_edited_at,
        groups,
        hidden_groups,
        sections,
        settings.of(rules),
        look(theme),
        has_issues,
        pages.footer_titles(titles),
    )


def _without_sections() -> tuple[Any, ...]:
    """What stands beside the sections in their query, for a paper that has none yet."""
    has_issues = bool(db.session.scalar(select(exists(shown_issues()))))
    titles = db.session.scalar(select(pages.select_footer_titles()))
    return None, None, db.session.get(Theme, 1), has_issues, titles, None


def section(slug: str) -> SectionCard | None:
    """Return a section or a group by its slug, without its children."""
    row = db.session.execute(select(*_ALL_COLUMNS).where(Section.slug == slug)).first()
    return SectionCard(*row) if row else None


def section_by_id(section_id: int) -> SectionCard:
    """Return a section or a group, without its children. Raises NoResultFound."""
    return SectionCard(*db.session.execute(select(*_ALL_COLUMNS).where(Section.id == section_id)).one())


def database_answers() -> bool:
    """Whether the news can be read."""
    try:
        db.session.execute(select(Paper.id).limit(1)).first()
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def _newest_moment(at: datetime) -> ScalarSelect[datetime | None]:
    newest_first = select(Post.published_at).where(Post.is_visible(at)).order_by(Post.published_at.desc())
    return newest_first.limit(literal_column("1")).scalar_subquery()


def _groups(sections: Sequence[SectionCard], *, hidden: bool) -> tuple[SectionCard, ...]:
    """The groups that are hidden or not, with those of their sections that are not."""
    groups = [section for section in sections if section.is_group and section.is_hidden == hidden]
    shown = [section for section in sections if not section.is_hidden]
    return tuple(
        replace(group, children=tuple(section for section in shown if section.parent_id == group.id))
        for group in groups
    )
