"""Photographs: taken in once, kept in every width they are sent in."""

import hashlib
from typing import BinaryIO

from flask_babel import gettext as _

from lib import images
from lib.store import Store
from models import Photo, Refused


def take(store: Store, file: BinaryIO, megapixels: int) -> Photo:
    """Re-encode a picture and write its files. Returns a Photo that is not saved yet.

    :param megapixels: larger pictures are refused before they are decoded
    :raises Refused: not a picture we can read, or too large
    """
    try:
        picture = images.develop(file, Photo.WIDTHS, megapixels)
    except images.TooLarge as error:
        raise Refused(_("This picture has more than %(n)s megapixels. Please make it smaller.", n=megapixels)) from error
    except images.Unreadable as error:
        raise Refused(_("This file is not a picture we can read (JPEG, PNG, WebP, GIF).")) from error
    digest = hashlib.sha256(picture.webp[picture.width]).hexdigest()
    photo = Photo(digest=digest, width=picture.width, height=picture.height, caption="", credit="", position=0, in_text=False)
    for width, content in picture.webp.items():
        store.put(photo.address(width).removeprefix("/media/"), content)
    store.put(photo.share_address.removeprefix("/media/"), picture.jpeg)
    return photo
