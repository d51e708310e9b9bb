"""Article text: whatever was typed or pasted becomes the small set of HTML that we print.

`source` tells HTML from plain text. `nh3` makes HTML well formed and removes what is dangerous. `reader`
turns it into nodes, `blocks` prints them from scratch: block elements, and in them `runs` of characters.
Nothing else can get through, and cleaning a cleaned text changes nothing.
"""

import re
from collections.abc import Mapping

from lib.text import plain
from lib.text.markup import blocks, reader, source
from lib.text.markup.blocks import Shown
from lib.text.markup.source import is_html
from lib.text.markup.youtube import youtube_id

__all__ = ["Shown", "captions", "clean", "is_html", "picture_digests", "sponsored", "video_ids", "youtube_id"]

_OUTGOING = re.compile(r'<a href="(https?://[^"]*)"(?: rel="[^"]*")?', re.IGNORECASE)
_CAPTION = re.compile(
    r'<figure><img src="/media/([0-9a-f]{64})-[^<>]*><figcaption>(.*?)</figcaption></figure>', re.DOTALL
)
_VIDEO = re.compile(r'<figure class="video" data-youtube="([\w-]{11})"', re.ASCII)


def clean(html: str, pictures: Mapping[str, Shown] | None = None) -> str:
    """Return the HTML of an article's text, safe to print.

    Plain text becomes paragraphs, separated by blank lines; what it writes between < and > stays.

    :param pictures: the photos that the text may show, by digest; other pictures are removed
    """
    html = source.limited(html.encode("utf-8", "replace").decode("utf-8").replace("\0", ""))
    nodes = reader.read(html) if is_html(html) else reader.lines(html)
    return "\n".join(block.html for block in blocks.render(nodes, pictures or {}))


def picture_digests(html: str) -> list[str]:
    """The digests of our own photos in a text, in order, without repetitions."""
    return list(dict.fromkeys(match[1] for match in blocks.PICTURE.finditer(html)))


def captions(html: str) -> dict[str, str]:
    """The captions of the photos in a cleaned text as plain text, by digest."""
    return {digest: plain.from_html(caption) for digest, caption in _CAPTION.findall(html)}


def video_ids(html: str) -> list[str]:
    """The YouTube ids in a cleaned text, in order, without repetitions."""
    return list(dict.fromkeys(_VIDEO.findall(html)))


def sponsored(html: str, origin: str) -> str:
    """Return a cleaned text with rel="sponsored" on each link to another site: somebody pays for it.

    :param origin: scheme and host of our own site
    """

    def marked(match: re.Match[str]) -> str:
        is_own = match[1] == origin or match[1].startswith((f"{origin}/", f"{origin}?", f"{origin}#"))
        return match[0] if is_own else f'<a href="{match[1]}" rel="sponsored noopener"'

    return _OUTGOING.sub(marked, html)
