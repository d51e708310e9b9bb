"""Photos on their way into an article: their files in the store, their rows in the database."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy import literal_column, select

from database import db
from lib.files.store import Store
from models import Photo, Refused

RECENT = "200"  # photos whose credits are proposed
CREDITS = 10


def take(store: Store, file: BinaryIO, megapixels: int) -> Photo:
    """Encode a photo and store its files. Takes a second or so: hold no lock meanwhile.

    :returns: a Photo that is not in the session
    :raises Refused: the file is no picture we can read, is cut off, or has more than so many million pixels
    """
    from lib.files import images  # imported here: Pillow would make every start slower

    try:
        picture = images.encode(file, Photo.WIDTHS, Photo.SHARE_WIDTH, megapixels)
    except images.TooLarge:
        reason = _("This photo is too large: %(n)s megapixels are the most we take.", n=megapixels)
        raise Refused(reason) from None
    except images.Unreadable:
        reason = _("This is not a photo we can read. Please send a whole JPEG, HEIC, PNG, WebP or GIF file.")
        raise Refused(reason) from None
    digest = hashlib.sha256(picture.webp[picture.width]).hexdigest()
    for width, content in picture.webp.items():
        store.put(f"{digest}-{width}.webp", content)
    store.put(f"{digest}-share.jpg", picture.share)
    return Photo(digest=digest, width=picture.width, height=picture.height)


def hold(photos: Iterable[Photo]) -> list[int]:
    """Save the photos of a refused form, without an article. Returns their ids, for the form to send again.

    Copies the photos, because saving the article may already have attached them to it.
    """
    copies = [photo.copy(caption=photo.caption, credit=photo.credit, **photo.details) for photo in photos]
    db.session.add_all(copies)
    db.session.flush()
    return [photo.id for photo in copies]


def waiting(ids: Sequence[int]) -> list[Photo]:
    """Photos without an article, in the order of these ids. Ids of other photos are ignored."""
    found = db.session.scalars(select(Photo).where(Photo.id.in_(ids), Photo.post_id.is_(None))).all()
    return sorted(found, key=lambda photo: ids.index(photo.id))


def recent_credits() -> list[str]:
    """The credits of the newest photos, the last one first, without repetitions."""
    newest = select(Photo.credit).where(Photo.id > 0).order_by(Photo.id.desc())  # > 0: walks the key
    return [
        credit for credit in dict.fromkeys(db.session.scalars(newest.limit(literal_column(RECENT)))) if credit
    ][:CREDITS]


def usual_credit() -> str:
    """What a new photo is credited to: as the newest photo, drawings aside; empty if there is none."""
    return next((credit for credit in recent_credits() if credit.split()[:1] != [_("Drawing")]), "")


def credit_line(credit: str) -> str:
    """Who took the photo. A credit that begins with 사진 or 그림 says itself what it is of."""
    says_what = credit.split()[:1] in ([_("Photo")], [_("Drawing")])
    return credit if says_what or not credit else _("Photo %(name)s", name=credit)
