"""Printed issues as readers see them: the list of covers by date, one issue with its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, tuple_

from database import db
from domain.paper.models import PrintIssue, PrintPage
from lib.web.paging import LARGEST_ID, positive

PAGE = 24  # covers
MOST_LISTED = 10_000  # issues in the sitemap
NEWEST_FIRST = (PrintIssue.published_on.desc(), PrintIssue.id.desc())
_COVER = and_(PrintPage.issue_id == PrintIssue.id, PrintPage.number == 1)


@dataclass(frozen=True)
class IssueKey:
    """Where a list goes on: the day of an issue, then its id."""

    day: date
    id: int

    def __str__(self) -> str:
        return f"{self.day}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> "IssueKey":
        """Raises ValueError."""
        day, _dash, number = text.rpartition("-")
        return cls(date.fromisoformat(day), positive(number, LARGEST_ID))


@dataclass(frozen=True)
class IssueCard:
    """An issue in the list. `cover` is None while it is being drawn."""

    id: int
    published_on: date
    title: str
    cover: PrintPage | None

    @property
    def key(self) -> IssueKey:
        return IssueKey(self.published_on, self.id)


def shown_issues() -> Select[int]:
    """Select the issues that have a cover. The day makes SQLite walk the index of days."""
    has_cover = PrintIssue.failed_at.is_(None), PrintIssue.page_count > 0
    return select(PrintIssue.id).where(*has_cover, PrintIssue.published_on > date.min)


def covers(year: int | None, before: IssueKey | None) -> tuple[list[IssueCard], bool]:
    """Return a page of the list, newest first, of one year or of all, and whether older issues follow."""
    query = select(PrintIssue, PrintPage).outerjoin(PrintPage, _COVER).where(PrintIssue.failed_at.is_(None))
    if year:
        query = query.where(PrintIssue.published_on.between(date(year, 1, 1), date(year, 12, 31)))
    if before:
        query = query.where(_key() < tuple_(before.day, before.id))
    rows = db.session.execute(query.order_by(*NEWEST_FIRST).limit(PAGE + 1)).all()
    cards = [IssueCard(issue.id, issue.published_on, issue.title, cover) for issue, cover in rows]
    return cards[:PAGE], len(rows) > PAGE


def years() -> list[int]:
    """The years from the newest issue to the oldest."""
    days = select(PrintIssue.published_on).where(PrintIssue.failed_at.is_(None)).limit(1)
    newest = db.session.scalar(days.order_by(*NEWEST_FIRST))
    oldest = db.session.scalar(days.order_by(PrintIssue.published_on, PrintIssue.id))
    return list(range(newest.year, oldest.year - 1, -1)) if newest and oldest else []


def find(id: int) -> PrintIssue | None:
    """Return an issue that readers see."""
    issue = db.session.get(PrintIssue, id) if 0 < id <= LARGEST_ID else None
    return issue if issue and not issue.failed_at else None


def neighbours(issue: PrintIssue) -> tuple[int | None, int | None]:
    """The ids of the issue before, and of the one after."""
    key = tuple_(issue.published_on, issue.id)
    ids = shown_issues().limit(1)
    before = db.session.scalar(ids.where(_key() < key).order_by(*NEWEST_FIRST))
    after = db.session.scalar(ids.where(_key() > key).order_by(PrintIssue.published_on, PrintIssue.id))
    return before, after


def all_ids() -> Sequence[int]:
    """The ids of the issues with a cover, for the sitemap."""
    return db.session.scalars(shown_issues().order_by(*NEWEST_FIRST).limit(MOST_LISTED)).all()


def pages_with(digest: str) -> Select[int]:
    """Select the pages that readers see with this picture."""
    page = select(PrintPage.number).join(PrintIssue).where(PrintPage.digest == digest)
    return page.where(PrintIssue.failed_at.is_(None))


def _key() -> ColumnElement[Any]:
    return tuple_(PrintIssue.published_on, PrintIssue.id)
