"""Taking a photo in: its files into the store, its facts into a row."""

import hashlib
from typing import BinaryIO

from flask_babel import gettext as _

from lib.files.store import Store
from models import Photo, Refused

SHARE_WIDTH = 1200  # pixels; what the previews of messengers show


def take(store: Store, file: BinaryIO, megapixels: int) -> Photo:
    """Make every file of a photo and keep them. Takes a second or so: hold no lock meanwhile.

    :returns: a Photo that is not in the session
    :raises Refused: it is not a picture we read, is cut off, or has more than so many million pixels
    """
    from lib.files import images  # loads Pillow: a start need not wait for it

    try:
        picture = images.encode(file, Photo.WIDTHS, SHARE_WIDTH, megapixels)
    except images.TooLarge:
        raise Refused(
            _("This photo is too large: %(n)s megapixels are the most we take.", n=megapixels), 422
        ) from None
    except images.Unreadable:
        raise Refused(
            _("This is not a photo we can read. Please send a whole JPEG, PNG, WebP or GIF file."), 422
        ) from None
    digest = hashlib.sha256(picture.webp[picture.width]).hexdigest()
    for width, content in picture.webp.items():
        store.put(f"{digest}-{width}.webp", content)
    store.put(f"{digest}-share.jpg", picture.share)
    return Photo(digest=digest, width=picture.width, height=picture.height)
