"""Pictures for tests."""

import io

from PIL import Image


def jpeg(size: tuple[int, int], colour: tuple[int, int, int] = (120, 150, 90)) -> bytes:
    """A JPEG of one colour, which is fast to encode."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()
