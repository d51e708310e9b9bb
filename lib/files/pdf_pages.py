"""Pages of a PDF as pictures. Each is rendered by a process of its own, which a hostile file cannot outlive.

This file is also the program of that process. It imports nothing of ours.
"""

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 30  # for one page, of the clock and of the processor
MEMORY = 800_000_000  # bytes of addresses that the process may use
FILE = 20_000_000  # bytes of one picture
PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD of PDFium


class Failed(Exception):
    """No picture could be made. `reason`: locked, unreadable, no-page, or page (this one cannot be drawn)."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class RenderedPage:
    """A page as WebP files by width, smallest first. The size is that of the largest; `pages` of the file."""

    pages: int
    width: int
    height: int
    webp: dict[int, bytes]


def render(file: Path, number: int, widths: Sequence[int], tallest: int) -> RenderedPage:
    """Draw a page.

    :param number: from 1
    :param widths: pixels, smallest first; a very tall page is narrower
    :param tallest: pixels
    :raises Failed: the file or the page cannot be drawn, or not within the limits
    """
    if not file.is_file():
        raise Failed("unreadable")
    with tempfile.TemporaryDirectory(prefix="maeul-") as folder:
        program = [
            sys.executable,
            "-I",
            __file__,
            str(file),
            str(number),
            folder,
            str(tallest),
            *map(str, widths),
        ]
        try:
            subprocess.run(  # noqa: S603 - no shell, and words of ours only
                program,
                timeout=SECONDS,
                env={"PATH": os.defpath},  # no secrets of ours
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            return _result(Path(folder))
        except (subprocess.TimeoutExpired, OSError, ValueError, KeyError, TypeError):
            raise Failed("page") from None


def _result(folder: Path) -> RenderedPage:
    """What the process has left, which is believed no further than it can be checked."""
    told = json.loads((folder / "result.json").read_bytes()[:10_000])
    if reason := told.get("failed"):
        raise Failed(reason if reason in ("locked", "unreadable", "no-page") else "page")
    webp = {int(width): (folder / f"{int(width)}.webp").read_bytes() for width in told["widths"]}
    if not webp or any(content[:4] != b"RIFF" or content[8:12] != b"WEBP" for content in webp.values()):
        raise ValueError("no pictures")
    return RenderedPage(int(told["pages"]), max(webp), int(told["height"]), webp)


def _main(file: str, number: str, folder: str, tallest: str, *widths: str) -> None:
    _limit()
    told: dict[str, Any]
    try:
        told = _draw(file, int(number), Path(folder), int(tallest), [int(width) for width in widths])
    except Failed as failed:
        told = {"failed": failed.reason}
    except Exception:
        told = {"failed": "page"}
    (Path(folder) / "result.json").write_text(json.dumps(told))


def _limit() -> None:
    os.nice(10)  # readers first
    limits = {
        resource.RLIMIT_CPU: SECONDS, resource.RLIMIT_AS: MEMORY, resource.RLIMIT_FSIZE: FILE,
        resource.RLIMIT_CORE: 0,
    }  # fmt: skip
    for kind, most in limits.items():
        with contextlib.suppress(ValueError):  # less is allowed already
            resource.setrlimit(kind, (most, most))


def _draw(file: str, number: int, folder: Path, tallest: int, widths: list[int]) -> dict[str, Any]:
    import pypdfium2
    from PIL import Image

    try:
        document = pypdfium2.PdfDocument(file)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        raise Failed("locked" if error.err_code == PASSWORD_ERROR else "unreadable") from error
    if not 0 < number <= pages:
        raise Failed("unreadable" if not pages else "no-page")
    page = document[number - 1]
    scale = min(widths[-1] / page.get_width(), tallest / page.get_height())
    image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    image = image.crop((0, 0, min(image.width, widths[-1]), min(image.height, tallest)))  # was rounded up
    made = {}
    for width in [*(width for width in widths if width < image.width), image.width]:
        height = max(1, round(image.height * width / image.width))
        picture = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
        picture.save(folder / f"{width}.webp", "WEBP", quality=80, method=4)
        made[width] = height
    return {"pages": pages, "widths": list(made), "height": image.height}


if __name__ == "__main__":
    _main(*sys.argv[1:])
