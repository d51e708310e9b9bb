"""Pictures as they come, made into pictures fit to send: upright, small, and with nothing in them but the picture.

Checked by decoding (Pillow); what is not fully readable is refused.
"""

import io
import threading
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SHARE_WIDTH = 1200
_one_at_a_time = threading.Lock()  # a picture of 50 megapixels takes 150 MB while it is open


class Unreadable(Exception):
    """Not a picture, or broken off."""


class TooLarge(Exception):
    """More pixels than we are ready to decode."""


@dataclass(frozen=True)
class Picture:
    """A picture in every size it is sent in. Sizes in pixels.

    :param webp: width -> the file; the largest is `width` wide
    :param jpeg: for the previews of messengers, at most SHARE_WIDTH wide
    """

    width: int
    height: int
    webp: dict[int, bytes]
    jpeg: bytes


def develop(file: BinaryIO, widths: tuple[int, ...], megapixels: int) -> Picture:
    """Decode, turn upright, and encode again in the widths that are not larger than the picture.

    :param widths: pixels, ascending; the last is the largest there will be
    :raises Unreadable: not one of FORMATS, or broken
    :raises TooLarge: more than `megapixels`; found out before decoding
    """
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is ours
        largest = _read(file, widths[-1], megapixels)
        kept = [width for width in widths if width < largest.width] + [largest.width]
        webp = {width: _encode(_scaled(largest, width), "WEBP", quality=80, method=4) for width in kept}
        jpeg = _encode(_on_white(_scaled(largest, min(SHARE_WIDTH, largest.width))), "JPEG", quality=82, optimize=True, progressive=True)
        return Picture(largest.width, largest.height, webp, jpeg)


def _read(file: BinaryIO, width: int, megapixels: int) -> Image.Image:
    try:
        with Image.open(file, formats=FORMATS) as opened:
            if opened.width * opened.height > megapixels * 1_000_000:
                raise TooLarge
            if opened.format == "JPEG":
                opened.draft("RGB", (width * 2, width * 2))  # decode at a fraction where that is enough
            picture = ImageOps.exif_transpose(opened)
            picture = _plain(picture)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError, MemoryError) as error:
        raise Unreadable from error
    return _scaled(picture, min(width, picture.width))


def _plain(picture: Image.Image) -> Image.Image:
    """RGB or RGBA, and nothing beside the pixels: no EXIF, no comment, no profile."""
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    pixels = picture.convert("RGBA" if see_through else "RGB")
    pixels.info = {}
    return pixels


def _scaled(picture: Image.Image, width: int) -> Image.Image:
    if width == picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _encode(picture: Image.Image, format_: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format_, exif=b"", icc_profile=None, **options)
    return out.getvalue()


