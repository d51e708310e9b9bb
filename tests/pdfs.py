"""PDF files for tests: whole ones, and those that are broken, locked or lie."""

import io
import zlib

from PIL import Image


def pdf(pages: int = 2, size: tuple[int, int] = (210, 297)) -> bytes:
    """A PDF whose pages have different colours."""
    colours = [(30 * number % 256, 90, 120) for number in range(pages)]
    images = [Image.new("RGB", size, colour) for colour in colours]
    file = io.BytesIO()
    images[0].save(file, "PDF", save_all=True, append_images=images[1:])
    return file.getvalue()


def written(*objects: str | bytes, trailer: str = "") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    file, places = io.BytesIO(), []
    file.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, start=1):
        places.append(file.tell())
        body = content if isinstance(content, bytes) else content.encode()
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    file.writelines(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    file.write(f"trailer << /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode())
    return file.getvalue()


CATALOGUE = "<< /Type /Catalog /Pages 2 0 R >>"


def locked() -> bytes:
    """A PDF that only opens with a password."""
    key = "ab" * 32
    return written(
        CATALOGUE,
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>",
        f"<< /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >>",
        trailer="/Encrypt 4 0 R /ID [<00> <00>]",
    )


def bomb(side: int = 100_000) -> bytes:
    """A small PDF with a picture that claims to be huge."""
    row = zlib.compress(bytes(4_000_000), 9)
    picture = (
        f"<< /Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceRGB"
        f" /BitsPerComponent 8 /Filter /FlateDecode /Length {len(row)} >>\nstream\n"
    )
    drawing = "200 0 0 300 0 0 cm /Im0 Do"
    return written(
        CATALOGUE,
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] /Contents 5 0 R"
        " /Resources << /XObject << /Im0 4 0 R >> >> >>",
        picture.encode() + row + b"\nendstream",
        f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream",
    )


def empty() -> bytes:
    """A PDF without pages."""
    return written(CATALOGUE, "<< /Type /Pages /Kids [] /Count 0 >>")


def strip(width: int, height: int) -> bytes:
    """A PDF of one page of this size."""
    return written(
        CATALOGUE,
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] >>",
    )
