"""Texts of articles: all that markup allows, and what only looks like the notation of notation.js."""

import random
from collections.abc import Iterator
from pathlib import Path

from lib.text import markup

FIXTURES = Path(__file__).parent.parent / "fixtures"
PHOTO = "a" * 64
PICTURES = {PHOTO: markup.Shown([640], 1200, 800)}
CHARACTERS = [
    "가", "나 다", " ", "*", "**", "\\", "[", "]", "(", ")", "](", "&lt;", "&gt;", "&amp;", "&lt;em&gt;",
    "&lt;/em&gt;", "&lt;br&gt;", "- ", "1. ", "12.", "## ", "# ", "---", "[사진 1]", "[표 2]", "&gt; ", '"',
    "_", "`", "<br>", "<br>- ",
]  # fmt: skip
ADDRESSES = ["https://a.kr/(x)*\\", "/posts/1", "mailto:a@b.kr", "#x", "http://x/**b**[]"]
NUMBERS = ["", "", " start=5", " type=a", " start=-2"]


def written_texts() -> list[str]:
    """Texts by hand, and what word processors paste."""
    pasted = (file.read_text("utf-8") for file in sorted((FIXTURES / "pasted").glob("*.html")))
    return [*(FIXTURES / "notation.html").read_text("utf-8").splitlines(), *pasted]


def random_texts(count: int) -> Iterator[str]:
    """Always the same ones."""
    chance = random.Random(1)
    for _ in range(count):
        yield "".join(_block(chance, 2) for _ in range(chance.randrange(1, 6)))


def _inline(chance: random.Random, depth: int) -> str:
    parts = [chance.choice(CHARACTERS) for _ in range(chance.randrange(1, 5))]
    if depth:
        tag = chance.choice(["strong", "em", "u", "s", "sub", "sup", "a"])
        href = f' href="{chance.choice(ADDRESSES)}"' if tag == "a" else ""
        parts.insert(chance.randrange(len(parts)), f"<{tag}{href}>{_inline(chance, depth - 1)}</{tag}>")
    return "".join(parts)


def _block(chance: random.Random, depth: int) -> str:
    match chance.choice(["p", "p", "p", "h2", "h4", "ul", "ol", "blockquote", "table", "figure", "hr"]):
        case "ul" | "ol" as tag:
            items = "".join(f"<li>{_item(chance, depth)}</li>" for _ in range(chance.randrange(1, 4)))
            return f"<{tag}{chance.choice(NUMBERS) if tag == 'ol' else ''}>{items}</{tag}>"
        case "blockquote" if depth:
            inner = "".join(_block(chance, depth - 1) for _ in range(chance.randrange(1, 4)))
            return f"<blockquote>{inner}</blockquote>"
        case "table":
            return f"<table><tr><td>{_inline(chance, 1)}</td><td>{_item(chance, depth)}</td></tr></table>"
        case "figure":
            caption = f"<figcaption>{_inline(chance, 2)}</figcaption>" if chance.random() < 0.6 else ""
            return f"<figure><img src='/media/{PHOTO}-640.webp' alt='나무'>{caption}</figure>"
        case "hr":
            return "<hr>"
        case tag:
            return f"<{tag}>{_inline(chance, 3)}</{tag}>"


def _item(chance: random.Random, depth: int) -> str:
    return _block(chance, depth - 1) if depth and chance.random() < 0.2 else _inline(chance, 2)
