import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from lib.files import images

WIDTHS = (48, 96, 160)


def file(picture: Image.Image, kind: str = "JPEG", **options: Any) -> io.BytesIO:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    stream.seek(0)
    return stream


def encode(stream: io.BytesIO, widths: tuple[int, ...] = WIDTHS, megapixels: int = 60) -> images.Picture:
    return images.encode(stream, widths, 120, megapixels)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def halves(width: int = 200, height: int = 100) -> Image.Image:
    """Red above, blue below."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (0, height // 2, width, height))
    return picture


def test_every_width_is_encoded_and_nothing_is_enlarged() -> None:
    assert list(encode(file(halves(200, 100))).webp) == [48, 96, 160]
    small = encode(file(halves(100, 50)))
    assert list(small.webp) == [48, 96, 100]
    assert opened(small.webp[48]).size == (48, 24)
    assert opened(small.share).size == (100, 50)
    assert list(encode(file(halves(96, 50))).webp) == [48, 96]


def test_metadata_is_removed() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    encoded = encode(file(halves(), exif=exif, comment=b"secret words", icc_profile=profile))
    for content in (*encoded.webp.values(), encoded.share):
        picture = opened(content)
        assert not picture.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(picture.info)
        assert b"secret" not in content
        assert b"Camera" not in content


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [(1, (160, 80), "red"), (3, (160, 80), "blue"), (6, (100, 200), "blue"), (8, (100, 200), "red")],
)
def test_photo_is_turned_upright(orientation: int, size: tuple[int, int], corner: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    encoded = encode(file(halves(), exif=exif))
    assert (encoded.width, encoded.height) == size
    red, _, blue = opened(encoded.webp[size[0]]).convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert (red > blue) == (corner == "red")


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def test_decompression_bomb_is_refused_before_decoding() -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    for megapixels in (60, 2000):
        with pytest.raises(images.TooLarge):
            encode(io.BytesIO(bomb), megapixels=megapixels)
    with pytest.raises(images.TooLarge):
        encode(file(Image.new("L", (2000, 1001))), megapixels=2)


@pytest.mark.parametrize("kind", images.FORMATS)
def test_cut_off_file_is_refused(kind: str) -> None:
    whole = file(Image.effect_noise((200, 200), 80), kind).getvalue()
    for length in (0, 12, 40, len(whole) // 2):
        with pytest.raises(images.Unreadable):
            encode(io.BytesIO(whole[:length]))


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"<svg/>", b"%PDF-1.4", b"\xff\xd8\xff", b"GIF89a" + b"\0" * 30]
)
def test_other_content_is_refused(content: bytes) -> None:
    with pytest.raises(images.Unreadable):
        encode(io.BytesIO(content))


def test_other_picture_formats_are_refused() -> None:
    with pytest.raises(images.Unreadable):
        encode(file(halves(), "BMP"))


def colour(content: bytes) -> tuple[int, ...]:
    return opened(content).convert("RGBA").getpixel((5, 5))  # type: ignore[return-value]


def test_cmyk_jpeg_is_read() -> None:
    encoded = encode(file(Image.new("CMYK", (200, 100), (0, 255, 255, 0))))
    red, green, blue, _ = colour(encoded.webp[160])
    assert red > 200
    assert green < 60
    assert blue < 60


def test_transparent_palette_stays_transparent_and_is_shared_on_white() -> None:
    palette = Image.new("P", (200, 100), 0)
    palette.putpalette([255, 0, 0, 0, 0, 255])
    encoded = encode(file(palette, "PNG", transparency=0))
    assert colour(encoded.webp[160])[3] == 0
    assert colour(encoded.share) == (255, 255, 255, 255)


@pytest.mark.parametrize("width", [100, 1000])
def test_sixteen_bit_grey_is_read(width: int) -> None:
    encoded = encode(file(Image.new("I;16", (width, 50), 32768), "PNG"))
    assert abs(colour(encoded.share)[0] - 128) < 4


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("width", [1, 90, 1000])
def test_every_mode_of_png_is_read(mode: str, width: int) -> None:
    assert encode(file(Image.new(mode, (width, 40)), "PNG")).width == min(width, 160)


def test_first_frame_of_an_animation_is_used() -> None:
    first, second = Image.new("RGB", (100, 50), "red"), Image.new("RGB", (100, 50), "blue")
    for kind in ("GIF", "WEBP"):
        encoded = encode(file(first, kind, save_all=True, append_images=[second], duration=100))
        assert colour(encoded.share)[0] > 200
        assert getattr(opened(encoded.webp[100]), "n_frames", 1) == 1


def test_very_tall_picture_fits_into_a_webp() -> None:
    encoded = encode(file(Image.new("L", (40, 20_000)), "PNG"))
    assert encoded.height == images.TALLEST
    assert encoded.width == 32


def test_photo_of_twelve_megapixels() -> None:
    encoded = encode(file(Image.linear_gradient("L").resize((4000, 3000)).convert("RGB")), (480, 960, 1600))
    assert (encoded.width, encoded.height) == (1600, 1200)
