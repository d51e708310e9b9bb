"""The photo library: every photo that is stored, newest first, by month or by words of caption and credit.

Each picture is listed once, by the newest of its rows. A page begins after the key of a row and walks an
index.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from flask_babel import gettext as _
from sqlalchemy import exists, literal_column, select, tuple_
from sqlalchemy.orm import aliased

from database import db
from domain.reading.cards import PHOTO_COLUMNS, PhotoCard
from domain.search import search_index
from domain.search.index_query import IndexQuery
from lib.text import words
from lib.web import paging
from lib.web.paging import LARGEST_ID, Key
from models import Photo, Post, Refused, local, midnight, now

PAGE = 40
LONGEST = 100  # characters of a query that are used
_BEGINNING, _END = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class LibraryQuery:
    """Which photos to list. `month`: the first day of a month."""

    text: str = ""
    month: date | None = None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The first moment of the list, and the first one after it."""
        if not self.month:
            return _BEGINNING, _END
        return midnight(self.month), midnight(paging.next_month(self.month))


@dataclass(frozen=True)
class LibraryPhoto(PhotoCard):
    """One photo of the list, with the article that its row belongs to."""

    created_at: datetime
    post_id: int | None
    title: str | None


@dataclass(frozen=True)
class LibraryPage:
    """`further`: the key after which the next page begins; empty if there is none."""

    photos: list[LibraryPhoto]
    further: str = ""


def find(query: LibraryQuery, after: str = "") -> LibraryPage:
    """Return the first page of the library, or the one that follows the row with a key.

    :raises Refused: there is no such key (404), or this database has no full-text index (503)
    """
    try:
        if query.text:
            return _by_words(query, paging.rowid(after) if after else None)
        return _by_moment(query, Key.parse(after) if after else None)
    except (ValueError, OverflowError):
        raise Refused(_("There is no such page of the list."), 404) from None


def months() -> list[tuple[int, list[date]]]:
    """The months from the first photo to the last one, latest first, by year."""
    moment = select(Photo.created_at).where(Photo.created_at > _BEGINNING).limit(literal_column("1"))
    orders = (Photo.created_at, Photo.created_at.desc())
    first, last = (db.session.scalar(moment.order_by(order)) or now() for order in orders)
    return paging.months(local(first).date(), local(last).date())


def take_out(id: int) -> Photo:
    """Add a row for the same picture, with its words, that belongs to no article yet.

    :raises Refused: there is no such photo (404)
    """
    photo = db.session.get(Photo, id) if id <= LARGEST_ID else None
    if photo is None:
        raise Refused(_("There is no such photo."), 404)
    details = photo.details | {"is_cover": False}
    copy = photo.copy(caption=photo.caption, credit=photo.credit, **details)
    db.session.add(copy)
    db.session.flush()
    return copy


def _by_moment(query: LibraryQuery, after: Key | None) -> LibraryPage:
    start, end = query.span
    newer, key = aliased(Photo), tuple_(Photo.created_at, Photo.id)
    is_repeated = exists().where(
        newer.digest == Photo.digest, newer.id > Photo.id, newer.created_at >= start, newer.created_at < end
    )
    upper = min(after, Key(end, 0)) if after else Key(end, 0)
    within = (key >= (start, 0), key < (upper.moment, upper.id), ~is_repeated)
    order = (Photo.created_at.desc(), Photo.id.desc())
    walk = select(Photo.created_at, Photo.id).where(*within).order_by(*order)
    keys = [Key(*row) for row in db.session.execute(walk.limit(literal_column(str(PAGE + 1))))]
    further = str(keys[PAGE - 1]) if len(keys) > PAGE else ""
    return LibraryPage(_lines([key.id for key in keys[:PAGE]]), further)


def _by_words(query: LibraryQuery, after: int | None) -> LibraryPage:
    """What is written as in the query, else what is written apart."""
    if not search_index.is_supported(db.engine):
        raise Refused(_("Searching needs SQLite."), 503)
    terms = words.terms(query.text[:LONGEST])
    if not terms:
        return LibraryPage([])
    lower, upper = (search_index.first_rowid(moment) for moment in query.span)
    search = IndexQuery(search_index.PHOTOS, terms, "", lower, upper)
    if not search.count(0):
        search = replace(search, loose=True)
    rowids = search.rowids(PAGE + 1, before=after)
    further = str(rowids[PAGE - 1]) if len(rowids) > PAGE else ""
    return LibraryPage(_lines(search.ids(rowids[:PAGE])), further)


def _lines(ids: list[int]) -> list[LibraryPhoto]:
    """The photos with these ids, in this order, each picture once."""
    columns = (*PHOTO_COLUMNS, Photo.created_at, Photo.post_id, Post.title)
    query = select(*columns).outerjoin(Post, Post.id == Photo.post_id).where(Photo.id.in_(ids))
    found = {row.id: LibraryPhoto(*row) for row in db.session.execute(query)} if ids else {}
    by_digest: dict[str, LibraryPhoto] = {}
    for id in ids:
        if photo := found.get(id):
            by_digest.setdefault(photo.digest, photo)
    return list(by_digest.values())
