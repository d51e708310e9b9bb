"""Banners: which of them readers see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from database import db
from domain.paper.models import Banner
from lib.files.photo_files import PhotoFiles
from models import local, now


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


_COLUMNS = (
    Banner.id, Banner.slot, Banner.advertiser, Banner.link, Banner.text,
    Banner.digest, Banner.width, Banner.height, Banner.alt,
)  # fmt: skip


def current() -> Mapping[str, Sequence[BannerCard]]:
    """Return the banners of today by slot, those that began first before the others. One query."""
    query = select(*_COLUMNS).where(Banner.is_shown(local(now()).date()))
    found: dict[str, list[BannerCard]] = {slot: [] for slot in Banner.SLOTS}
    for row in db.session.execute(query.order_by(Banner.starts_on, Banner.id)):
        found[row.slot].append(BannerCard(*row))
    return found


def shown(slot: str) -> Sequence[BannerCard]:
    """Return the banners of today in one of Banner.SLOTS."""
    return current()[slot]
