"""바로잡습니다: every correction of the paper, newest first. They stay when their article is taken down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, literal_column, select

from database import db
from domain.reading.listings import Months, PostList, find_page
from lib.web.paging import ListPage, PageRequest
from models import Correction, CorrectionRevision, Post, now

NEWEST = 30  # in the feed
ON_FRONT = 5


@dataclass(frozen=True)
class EarlierText:
    """What a correction said until it was changed."""

    kind: str
    title: str
    body: str
    replaced_at: datetime


@dataclass(frozen=True)
class CorrectionLine:
    """A correction with the title of its article, which is empty if readers cannot see the article."""

    id: int
    kind: str
    title: str
    body: str
    created_at: datetime
    post_id: int
    post_title: str
    is_advertisement: bool  # its article is one
    revisions: tuple[EarlierText, ...] = ()

    @property
    def path(self) -> str:
        """Where readers find it: above its article, or in the list if that was taken down."""
        return f"/posts/{self.post_id}" if self.post_title else f"/corrections#correction-{self.id}"


@dataclass(frozen=True)
class CorrectionList:
    """A page of the list, with the months of the whole list."""

    page: ListPage
    lines: list[CorrectionLine]
    months: Months


def listed(request: PageRequest) -> CorrectionList | None:
    """Return a page of all corrections, or None if there is no such page."""
    rows = PostList(Correction.created_at, Correction.id, (), request.month)
    if found := find_page(rows, request):
        page, months = found
        return CorrectionList(page, _by_ids([key.id for key in page.keys]), months)
    return None


def newest() -> list[CorrectionLine]:
    """Return the newest corrections, without their earlier texts."""
    return _lines(_query().limit(literal_column(str(NEWEST))))


def on_front(hours: int) -> list[CorrectionLine]:
    """Return the newest corrections that are not older than so many hours, without their earlier texts."""
    recent = Correction.created_at > now() - timedelta(hours=hours)
    return _lines(_query().where(recent).limit(literal_column(str(ON_FRONT))))


def _query() -> Any:
    title = case((Post.is_visible(now()), Post.title), else_="")
    columns = (Correction.id, Correction.kind, Correction.title, Correction.body, Correction.created_at)
    query = select(*columns, Correction.post_id, title, Post.is_advertisement).join(
        Post, Post.id == Correction.post_id
    )
    return query.order_by(Correction.created_at.desc(), Correction.id.desc())


def _lines(query: Any, earlier: dict[int, list[EarlierText]] | None = None) -> list[CorrectionLine]:
    rows: Iterable[Row[Any]] = db.session.execute(query)
    return [CorrectionLine(*row, revisions=tuple((earlier or {}).get(row[0], ()))) for row in rows]


def _by_ids(ids: list[int]) -> list[CorrectionLine]:
    if not ids:
        return []
    texts = (CorrectionRevision.kind, CorrectionRevision.title, CorrectionRevision.body)
    query = select(CorrectionRevision.correction_id, *texts, CorrectionRevision.replaced_at)
    query = query.where(CorrectionRevision.correction_id.in_(ids)).order_by(CorrectionRevision.id)
    earlier: dict[int, list[EarlierText]] = {}
    for correction_id, *columns in db.session.execute(query):
        earlier.setdefault(correction_id, []).append(EarlierText(*columns))
    return _lines(_query().where(Correction.id.in_(ids)), earlier)
