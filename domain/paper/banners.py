"""Banners: which of them readers see, and what the editor does with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, func, select

from database import db
from domain.paper.models import Banner
from lib.files.photo_files import PhotoFiles
from lib.sqlite.packed_rows import packed, unpacked
from lib.web.paging import LARGEST_ID
from models import Photo, Refused, now, today

ENDED = 50  # that the desk lists


@dataclass(frozen=True)
class BannerCard(PhotoFiles):
    """A banner as readers see it: a picture with its alternative text, or else a text."""

    id: int
    slot: str
    advertiser: str
    link: str
    text: str
    digest: str
    width: int
    height: int
    alt: str

    caption: ClassVar[str] = ""
    is_decorative: ClassVar[bool] = False
    focus_x: ClassVar[int] = 50
    focus_y: ClassVar[int] = 50


_NUMBERS = (Banner.id, Banner.width, Banner.height)
_TEXTS = (Banner.slot, Banner.advertiser, Banner.link, Banner.text, Banner.digest, Banner.alt)


def select_of(day: Any) -> ScalarSelect[str]:
    """Select the banners of a day, for `by_slot` to read.

    As one text: the masthead of every page asks for them beside other things.

    :param day: a date, or a bound parameter
    """
    columns = (Banner.starts_on, *_NUMBERS, *_TEXTS)
    return select(packed(*columns)).where(Banner.is_shown(day)).scalar_subquery()


def by_slot(selected: str | None) -> dict[str, list[BannerCard]]:
    """Return the banners of each slot, those that began first before the others."""
    found: dict[str, list[BannerCard]] = {slot: [] for slot in Banner.SLOTS}
    for _starts_on, *values in sorted(unpacked(selected), key=lambda row: (row[0], int(row[1]))):
        numbers = {column.key: int(value) for column, value in zip(_NUMBERS, values, strict=False)}
        texts = {column.key: value for column, value in zip(_TEXTS, values[3:], strict=True)}
        card = BannerCard(**numbers, **texts)
        found[card.slot].append(card)
    return found


def current() -> dict[str, list[BannerCard]]:
    """Return the banners of today by slot."""
    return by_slot(db.session.scalar(select(select_of(today()))))


def shown(slot: str) -> Sequence[BannerCard]:
    """Return the banners of today in one of Banner.SLOTS."""
    return current()[slot]


def is_shown(id: int) -> bool:
    """Whether readers see this banner today."""
    query = select(Banner.id).where(Banner.id == id, Banner.is_shown(today()))
    return id <= LARGEST_ID and db.session.scalar(query) is not None


@dataclass(frozen=True)
class BannerDraft:
    """A banner as it was typed: a text, or a picture with its alternative text."""

    advertiser: str
    slot: str
    link: str
    starts_on: date
    ends_on: date
    text: str = ""
    alt: str = ""
    picture: Photo | None = None  # a new one; its files are stored, its row is not in the session


def find(id: int) -> Banner:
    """:raises Refused: there is none (404)"""
    banner = db.session.get(Banner, id) if id <= LARGEST_ID else None
    if banner is None:
        raise Refused(_("There is no such banner."), 404)
    return banner


def listed() -> dict[str, Sequence[Banner]]:
    """Return the banners that are shown now, those to come, and the last of those that ended."""
    day = today()
    now_shown = select(Banner).where(Banner.is_shown(day)).order_by(Banner.slot, Banner.starts_on, Banner.id)
    to_come = select(Banner).where(Banner.starts_on > day).order_by(Banner.starts_on, Banner.id)
    ended = select(Banner).where(Banner.ends_on < day).order_by(Banner.ends_on.desc(), Banner.id.desc())
    queries = {"shown": now_shown, "to_come": to_come, "ended": ended.limit(ENDED)}
    return {name: db.session.scalars(query).all() for name, query in queries.items()}


def save(banner: Banner | None, draft: BannerDraft) -> Banner:
    """Change a banner, or add one where `banner` is None. One with a text has no picture.

    :raises Refused: the slot is full on one of these days (409)
    """
    _check_room(banner.id if banner else None, draft)
    banner = banner or Banner(created_at=now())
    for name in ("advertiser", "slot", "link", "starts_on", "ends_on", "text"):
        setattr(banner, name, getattr(draft, name))
    banner.alt = "" if draft.text else draft.alt
    if draft.text:
        banner.digest, banner.width, banner.height = "", 0, 0
    elif picture := draft.picture:
        banner.digest, banner.width, banner.height = picture.digest, picture.width, picture.height
    db.session.add(banner)
    db.session.flush()
    return banner


def _check_room(id: int | None, draft: BannerDraft) -> None:
    others = select(func.count()).where(
        Banner.slot == draft.slot,
        Banner.id != (id or 0),
        Banner.starts_on <= draft.ends_on,
        Banner.ends_on >= draft.starts_on,
    )
    if (db.session.scalar(others) or 0) >= Banner.MOST:
        sentence = _("Other banners fill this place on these days: it has room for %(n)s.", n=Banner.MOST)
        raise Refused(sentence, 409)
