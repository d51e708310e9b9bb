"""Pages of PDF files: what can be drawn, and what ends within its limits."""

import contextlib
from pathlib import Path

import pdfs
import pytest
from PIL import Image

from lib.files import pdf_pages
from lib.files.pdf_pages import Failed, RenderedPage


def drawn(folder: Path, content: bytes, number: int = 1) -> RenderedPage:
    file = folder / "file.pdf"
    file.write_bytes(content)
    return pdf_pages.render(file, number, (480, 1600), 4000)


def test_a_page_in_two_widths(tmp_path: Path) -> None:
    page = drawn(tmp_path, pdfs.pdf(3), 2)
    assert (page.pages, page.width, list(page.webp)) == (3, 1600, [480, 1600])
    assert 2200 < page.height < 2300
    (tmp_path / "page.webp").write_bytes(page.webp[480])
    with Image.open(tmp_path / "page.webp") as image:
        assert image.width == 480


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdfs.locked(), "locked"),
        (pdfs.pdf()[:400], "unreadable"),
        (b"%PDF-1.7\n" + b"x" * 999, "unreadable"),
        (b"", "unreadable"),
        (pdfs.empty(), "unreadable"),
    ],
    ids=["locked", "cut off", "lying", "empty file", "no pages"],
)
def test_a_file_that_cannot_be_drawn(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(Failed) as failed:
        drawn(tmp_path, content)
    assert failed.value.reason == reason


def test_a_page_of_any_shape_has_few_pixels(tmp_path: Path) -> None:
    tall = drawn(tmp_path, pdfs.strip(10, 14_000))
    assert tall.height <= 4000
    assert tall.width < 10
    wide = drawn(tmp_path, pdfs.strip(14_000, 10))
    assert (wide.width, wide.height <= 4) == (1600, True)


def test_a_bomb_ends_within_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.suppress(Failed):
        drawn(tmp_path, pdfs.bomb())  # an empty page, or none: what matters is that it ends
    monkeypatch.setattr(pdf_pages, "SECONDS", 0.01)
    with pytest.raises(Failed) as slow:
        drawn(tmp_path, pdfs.pdf())
    assert slow.value.reason == "page"
