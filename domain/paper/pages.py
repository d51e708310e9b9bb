"""Company pages: which version is in effect, which is announced, and the first versions of a new paper.

A version takes effect by a where clause (`effective_at`), not by a job. At most one of a page is announced.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select

from database import db
from domain.paper.models import OwnPage, PageText
from lib.sqlite.packed_rows import packed, unpacked
from lib.text import markup
from models import Page, local, midnight, now

DEFAULTS = Path(__file__).parent / "defaults"
REQUIRED_CONSENT = ("terms", "privacy")  # nobody joins without agreeing to them


def current(slug: str) -> Page | None:
    """The version in effect."""
    return db.session.scalar(_versions(slug).where(Page.effective_at <= now()).limit(1))


def announced(slug: str) -> Page | None:
    """The version that takes effect on a later day."""
    return db.session.scalar(_versions(slug).where(Page.effective_at > now()).limit(1))


def newest(slug: str) -> Page | None:
    """The announced version, or else the one in effect."""
    return db.session.scalar(_versions(slug).limit(1))


def is_in_effect(page: Page) -> bool:
    return page.effective_at <= now()


def day_of_effect(page: Page) -> date:
    """In the paper's time zone."""
    return local(page.effective_at).date()


def version_on(slug: str, day: date) -> Page | None:
    """The version in effect at the end of a day."""
    ends = min(midnight(day + timedelta(days=1)) - timedelta(microseconds=1), now())
    return db.session.scalar(_versions(slug).where(Page.effective_at <= ends).limit(1))


def version(slug: str, number: int) -> Page | None:
    return db.session.scalar(_versions(slug).where(Page.version == number))


def versions(slug: str) -> Sequence[Page]:
    """All versions, the newest first."""
    return db.session.scalars(_versions(slug)).all()


def text(id: int) -> PageText | None:
    """A text as it stood on a page."""
    return db.session.get(PageText, id)


def last_text(page: Page) -> PageText | None:
    """The newest text of a version; None for one that was written before texts were stored."""
    query = select(PageText).where(PageText.page_id == page.id).order_by(PageText.id.desc())
    return db.session.scalar(query.limit(1))


def text_on(page: Page, day: date) -> PageText | None:
    """The text of a version at the end of a day."""
    query = select(PageText).where(PageText.page_id == page.id).order_by(PageText.id.desc())
    return db.session.scalar(query.where(PageText.shown_from < midnight(day + timedelta(days=1))).limit(1))


def texts_of(page: Page) -> Sequence[PageText]:
    """All texts of a version, the newest first."""
    query = select(PageText).where(PageText.page_id == page.id).order_by(PageText.id.desc())
    return db.session.scalars(query).all()


def own(slug: str) -> OwnPage | None:
    """A page that the editor added, also one that was removed."""
    return db.session.get(OwnPage, slug)


def own_pages() -> Sequence[OwnPage]:
    """The pages that the editor added, oldest first."""
    return db.session.scalars(
        select(OwnPage).where(OwnPage.removed_at.is_(None)).order_by(OwnPage.created_at, OwnPage.slug)
    ).all()


def slugs() -> list[str]:
    """Of all pages: the company's in their order, then the own ones."""
    return [*Page.SLUGS, *(page.slug for page in own_pages())]


def select_footer_titles(at: Any) -> ScalarSelect[Any]:
    """Select the pages in effect that stand at the foot of every page, for `footer_titles` to read.

    As one text: the masthead of every page asks for them beside other things.

    :param at: the moment, or a bound parameter
    """
    query = select(packed(Page.id, Page.slug, Page.title)).select_from(Page)
    query = query.outerjoin(OwnPage, OwnPage.slug == Page.slug)
    query = query.where(Page.effective_at <= at, OwnPage.removed_at.is_(None))
    return query.where(or_(Page.slug.in_(Page.SLUGS), OwnPage.in_footer)).scalar_subquery()


def footer_titles(selected: str | None) -> dict[str, str]:
    """Titles by slug, in the order in which the pages were added; of each the title of its newest version."""
    lines = unpacked(selected)
    return {slug: title for _id, slug, title in sorted(lines, key=lambda line: int(line[0]))}


def adopt_defaults() -> int:
    """Add a first version of every company page that has none, in effect at once. Returns how many."""
    slugs = [slug for slug in Page.SLUGS if newest(slug) is None]
    for slug in slugs:
        title, body = default(slug)
        db.session.add(Page(slug=slug, title=title, body=body))
    db.session.flush()
    return len(slugs)


def default(slug: str) -> tuple[str, str]:
    """Title and body that the program brings for a company page. Placeholders stand for what differs."""
    source = (DEFAULTS / f"{slug}.html").read_text("utf-8")
    title, body = re.fullmatch("<h1>(.*?)</h1>(.*)", source, re.DOTALL).groups()  # type: ignore[union-attr]
    return title, markup.clean(body.strip())


def select_asked_since(at: Any) -> Select[Any]:
    """Select when the newest version that members are to agree to took effect; NULL if all are first ones.

    :param at: a moment or a bound parameter
    """
    return select(func.max(Page.effective_at)).where(*_asked(), Page.effective_at <= at)


def select_next_change_at(at: Any) -> Select[Any]:
    """Select when the next version that members will be asked to agree to takes effect; NULL if none will.

    :param at: a moment or a bound parameter
    """
    return select(func.min(Page.effective_at)).where(*_asked(), Page.effective_at > at)


def next_change(at: datetime | None = None) -> Page | None:
    """The announced version of a page that members will be asked to agree to: the one that comes first."""
    query = select(Page).where(*_asked(), Page.effective_at > (at or now())).order_by(Page.effective_at)
    return db.session.scalar(query.limit(1))


def _asked() -> tuple[ColumnElement[bool], ...]:
    return Page.slug.in_(REQUIRED_CONSENT), Page.version > 1


def _versions(slug: str) -> Select[Any]:
    return select(Page).where(Page.slug == slug).order_by(Page.version.desc())
