"""Uploaded pictures, encoded anew from their pixels: smaller, upright, in sRGB and without metadata."""

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")
QUALITY = 80
TALLEST = 16_000  # pixels; WebP ends at 16,383
BAND = 64  # rows of the result that are reduced in one step

_ENCODING = threading.Lock()  # a 50-megapixel photo takes up to 250 MB while it is decoded
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

register_heif_opener(thumbnails=False, decode_threads=1)  # photos of iPhones; turned upright by it


class Unreadable(Exception):
    """Not a picture in a supported format, or broken."""


class TooLarge(Exception):
    """More pixels than we decode."""


@dataclass(frozen=True)
class Picture:
    """Encoded files: `webp` by width, smallest first; `share` is a JPEG. The size is that of the largest."""

    width: int
    height: int
    webp: dict[int, bytes]
    share: bytes


def encode(stream: BinaryIO, widths: Sequence[int], share_width: int, megapixels: int) -> Picture:
    """Encode a picture in several widths. Nothing is enlarged; of an animation the first frame is used.

    :param widths: pixels, smallest first; the largest file of a narrower picture has the width of the picture
    :raises Unreadable: the file is no picture, or cut off
    :raises TooLarge: the picture has more than so many million pixels; it was not decoded
    """
    with _ENCODING:
        largest = _decode(stream, widths[-1], megapixels)
        smaller = [width for width in widths if width < largest.width]
        webp = {width: _webp(_scaled(largest, width)) for width in smaller} | {largest.width: _webp(largest)}
        return Picture(largest.width, largest.height, webp, _jpeg(_scaled(largest, share_width)))


def from_bitmap(content: bytes, megapixels: int) -> bytes:
    """Convert a BMP, as HWP stores pictures, to a PNG.

    :raises Unreadable: the file is none, or cut off
    :raises TooLarge: the picture has more than so many million pixels; it was not decoded
    """
    with _ENCODING:
        try:
            with Image.open(io.BytesIO(content), formats=("BMP",)) as image:
                if image.width * image.height > megapixels * 1_000_000:
                    raise TooLarge
                file = io.BytesIO()
                image.convert("RGB").save(file, "PNG", compress_level=1)
                return file.getvalue()
        except (TooLarge, Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
            raise TooLarge from error
        except Exception as error:
            raise Unreadable from error


def _decode(stream: BinaryIO, width: int, megapixels: int) -> Image.Image:
    try:
        with Image.open(stream, formats=FORMATS) as image:
            if image.width * image.height > megapixels * 1_000_000:
                raise TooLarge
            return _without_metadata(_upright(image, width))
    except (TooLarge, Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise TooLarge from error
    except Exception as error:  # decoders of broken files raise nearly everything
        raise Unreadable from error


def _upright(image: Image.Image, width: int) -> Image.Image:
    """Turn the picture upright, scale it to at most `width` and convert it to sRGB."""
    orientation = _exif_orientation(image)
    is_sideways = orientation in (5, 6, 7, 8)
    size = _fit(image.height, image.width, width) if is_sideways else _fit(image.width, image.height, width)
    stored = size[::-1] if is_sideways else size
    image.draft(None, stored)  # decodes a JPEG at a half, a quarter or an eighth if that is enough
    image.load()
    profile = image.info.get("icc_profile")
    small = _reduced(image, max(1, min(image.width // (2 * stored[0]), image.height // (2 * stored[1]))))
    if small.size != stored:
        small = small.resize(stored, Image.Resampling.LANCZOS)
    small = _srgb(small, profile)
    return small.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else small


def _exif_orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        return 1  # broken metadata; the picture itself may be fine


def _fit(width: int, height: int, most: int) -> tuple[int, int]:
    scale = min(1.0, most / width, TALLEST / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Reduce by a whole number, band by band: a large picture is never in memory twice."""
    if factor == 1:
        return _averageable(image)
    rows, small = factor * BAND, None
    for top in range(0, image.height, rows):
        band = _averageable(image.crop((0, top, image.width, min(image.height, top + rows)))).reduce(factor)
        small = small or Image.new(band.mode, (band.width, -(-image.height // factor)))
        small.paste(band, (0, top // factor))
    assert small
    return small


def _averageable(image: Image.Image) -> Image.Image:
    """Convert to 8-bit grey, RGB or CMYK; a transparent picture to premultiplied RGBa."""
    if image.mode in ("LA", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA").convert("RGBa")
    if image.mode.startswith("I"):  # sixteen bits
        return image.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to RGB, or to RGBA if the picture is transparent."""
    if image.mode == "RGBa":
        image = image.convert("RGBA")
        if image.getextrema()[3][0] == 255:  # type: ignore[index]
            image = image.convert("RGB")
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, source, srgb, outputMode=mode) or image.convert(mode)
        except Exception:
            return image.convert(mode)  # a broken profile, or one for another colour model
    return image.convert(mode)


def _without_metadata(image: Image.Image) -> Image.Image:
    """Remove metadata, which Pillow would write into the new file: comments, EXIF, GPS, profiles."""
    image.info = {}
    image.getexif().clear()
    return image


def _scaled(image: Image.Image, width: int) -> Image.Image:
    size = _fit(image.width, image.height, width)
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def _webp(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return file.getvalue()


def _jpeg(image: Image.Image) -> bytes:
    if image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return file.getvalue()
