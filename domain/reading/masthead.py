"""Header and footer of every page: the paper's imprint and the menu of groups and sections."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ScalarSelect, bindparam, exists, literal, literal_column, select, true
from sqlalchemy.exc import SQLAlchemyError

from database import UTCDateTime, db
from domain.desk import reporters
from domain.desk.reporters import Contact
from domain.moderation import settings
from domain.moderation.models import CommentRules
from domain.moderation.settings import CommentSettings
from domain.paper import banners, pages, site_notices
from domain.paper.banners import BannerCard
from domain.paper.models import Theme
from domain.paper.site_notices import NoticeLine
from domain.paper.theme import Look, look
from domain.reading.printed import shown_issues
from models import Paper, Post, Section, now, today


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
    notice: NoticeLine | None  # the line above every page
    banners: dict[str, list[BannerCard]]  # of today, by slot
    reporters: list[Contact]


_IMPRINT_NAMES = tuple(field.name for field in fields(Imprint))
SECTION_COLUMNS = (Section.id, Section.parent_id, Section.slug, Section.name, Section.look, Section.kind)
_ALL_COLUMNS = (
    *SECTION_COLUMNS,
    Section.hidden_at.is_not(None),
    Section.comments_from,
    Section.comments_close_after_days,
)


def _newest_moment(at: Any) -> ScalarSelect[datetime | None]:
    newest_first = select(Post.published_at).where(Post.is_visible(at)).order_by(Post.published_at.desc())
    return newest_first.limit(literal_column("1")).scalar_subquery()


def _build() -> Any:
    """The query of `masthead`, for the parameters `at` (a moment) and `day`."""
    at, day = bindparam("at", type_=UTCDateTime), bindparam("day", type_=Date)
    one_row, notice = select(literal(1)).subquery(), site_notices.current_row(at).subquery()
    around = (
        Paper, CommentRules, Theme,
        *(column.label(f"notice_{column.name}") for column in notice.c),
        exists(shown_issues()).label("has_issues"),
        banners.select_of(day).label("banners"),
        pages.select_footer_titles(at).label("footer_titles"),
        reporters.select_contacts().label("contacts"),
        _newest_moment(at).label("newest_moment"),
    )  # fmt: skip
    query = select(*_ALL_COLUMNS, *around).select_from(one_row).outerjoin(Section, true())
    query = query.outerjoin(Paper, Paper.id == 1).outerjoin(CommentRules, CommentRules.id == 1)
    query = query.outerjoin(Theme, Theme.id == 1).outerjoin(notice, true())
    return query.order_by(Section.position, Section.id)


_MASTHEAD = _build()  # once: where no fragment is cached, building it took a quarter of a page


def masthead() -> Masthead:
    """Return what stands around every page, in one query: also on a paper without sections.

    The last edit is the editor's, or the moment of the newest article: a scheduled one appears by itself.
    """
    moments = {"at": now(), "day": today()}
    rows: Sequence[Any] = db.session.execute(_MASTHEAD, moments).all()
    first = rows[0]
    paper = first.Paper or Paper.get()
    sections = tuple(SectionCard(*row[: len(_ALL_COLUMNS)]) for row in rows if row.id)
    groups, hidden_groups = (_groups(sections, hidden=hidden) for hidden in (False, True))
    return Masthead(
        Imprint(**{name: getattr(paper, name) for name in _IMPRINT_NAMES}),
        max(filter(None, (paper.last_edited_at, first.newest_moment)), default=None),
        groups,
        hidden_groups,
        sections,
        settings.of(first.CommentRules),
        look(first.Theme),
        first.has_issues,
        pages.footer_titles(first.footer_titles),
        site_notices.line((first.notice_id, first.notice_text, first.notice_link)),
        banners.by_slot(first.banners),
        reporters.contacts(first.contacts),
    )


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


def _groups(sections: Sequence[SectionCard], *, hidden: bool) -> tuple[SectionCard, ...]:
    """The groups that are hidden or not, with those of their sections that are not."""
    groups = [section for section in sections if section.is_group and section.is_hidden == hidden]
    shown = [section for section in sections if not section.is_hidden]
    return tuple(
        replace(group, children=tuple(section for section in shown if section.parent_id == group.id))
        for group in groups
    )
