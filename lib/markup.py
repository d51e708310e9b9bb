"""The text of an article as HTML: from whatever an editor pastes to what we are ready to send. Cleaned on save.

Allowed is what a newspaper sets; styles, classes, scripts and the leavings of word processors go. Cleaning twice changes nothing.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from urllib.parse import parse_qs, urlsplit

import nh3

from lib import text

TAGS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "u", "s", "sub", "sup", "br", "hr", "a", "img",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    "figure": {"class", "data-youtube"},
}
GONE_WITH_CONTENT = {"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object", "textarea", "select"}
SIZES = "(width >= 44rem) 40rem, 92vw"

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_HOSTS = ("youtube.com", "youtube-nocookie.com")
_PICTURE = re.compile(r"/media/([0-9a-f]{64})-[0-9]{1,5}\.webp")
_IMAGE = re.compile(r"<img\b([^>]*)>")
_ATTRIBUTE = re.compile(r'(\w[\w-]*)="([^"]*)"')
_IFRAME = re.compile(r"<iframe\b[^>]*?\bsrc\s*=\s*[\"']([^\"']+)[\"'][^>]*>.*?(?:</iframe\s*>|$)", re.IGNORECASE | re.DOTALL)
_FIGURE = re.compile(r"<figure([^>]*)>(.*?)</figure>", re.DOTALL)
_LONE_LINK = re.compile(r"<p>\s*(?:<a\b[^>]*>)?\s*(https?://[^\s<]+)\s*(?:</a>)?\s*</p>")
_EMPTY = re.compile(r"<(p|h2|h3|h4|li|ul|ol|blockquote|strong|em|u|s|sub|sup|a|figcaption|figure)>(?:\s|<br>)*</\1>")
_EMPTY_LINK = re.compile(r"<a\b[^>]*>\s*</a>")
_DEAD_LINK = re.compile(r'<a rel="noopener">(.*?)</a>', re.DOTALL)
_SPACES = re.compile(r"[\u00a0 \t]{2,}|\u00a0")
_OFFICE = re.compile(r"<!--.*?-->|<\?xml.*?>|<!\[.*?\]>|</?[ovwm]:[^>]*>", re.DOTALL)
_RENAMED = {"h1": "h2", "b": "strong", "i": "em", "strike": "s", "del": "s", "ins": "u", "h5": "h4", "h6": "h4", "div": "p", "center": "p"}
_RENAMED_TAGS = re.compile(rf"<(/?)({'|'.join(_RENAMED)})(?=[\s>/])", re.IGNORECASE)
_KNOWN_TAG = re.compile(
    rf"</?(?:{'|'.join(sorted(TAGS | GONE_WITH_CONTENT | set(_RENAMED) | {'span', 'font', 'section', 'article', 'o:p'}))})(?=[\s>/])",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"<(?:p|h[1-6]|ul|ol|table|blockquote|figure|div|img|iframe|hr)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Size:
    """A picture that may stand in a text: the widths its files have, and the size of the largest, in pixels."""

    widths: list[int]
    width: int
    height: int


def clean(source: str, pictures: Mapping[str, Size] | None = None) -> str:
    """Cleaned HTML of an article; plain text becomes paragraphs.

    :param pictures: digest -> its sizes; pictures of other digests, and from elsewhere, go
    """
    source = text.tidy(source)
    if not _KNOWN_TAG.search(source) and not re.search(r"&(?:\w+|#\w+);", source):
        source = html.escape(source, quote=False)  # plain text: what looks like a tag was meant as written
    source = _IFRAME.sub(_video_of_frame, _OFFICE.sub("", source))
    source = _RENAMED_TAGS.sub(lambda tag: f"<{tag[1]}{_RENAMED[tag[2].lower()]}", source)
    known = pictures or {}
    result = _once(source, known)
    for _ in range(8):  # what one pass empties the next one takes away
        again = _once(result, known)
        if again == result:
            break
        result = again
    return result


def youtube_id(address: str) -> str | None:
    """The id of a YouTube video from any usual form of its address (watch, youtu.be, shorts, embed, live), or none."""
    address = address.strip()
    try:
        parts = urlsplit(address if "//" in address else f"https://{address}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("music.")
    except ValueError:
        return None
    steps = [step for step in parts.path.split("/") if step]
    found = ""
    if host == "youtu.be" and steps:
        found = steps[0]
    elif host in _YOUTUBE_HOSTS and steps[:1] == ["watch"]:
        found = parse_qs(parts.query).get("v", [""])[0]
    elif host in _YOUTUBE_HOSTS and len(steps) > 1 and steps[0] in ("shorts", "embed", "live", "v"):
        found = steps[1]
    return found if _YOUTUBE_ID.fullmatch(found) else None


def video_figure(video: str, caption: str = "") -> str:
    """How a video stands in a text: a link, which the page turns into a player after a click."""
    address = f"https://www.youtube.com/watch?v={video}"
    return f'<figure class="video" data-youtube="{video}"><a href="{address}" rel="noopener">{html.escape(caption or address)}</a></figure>'


def picture_digests(source: str) -> list[str]:
    """The digests of our pictures in a text, in order, each once."""
    return list(dict.fromkeys(_PICTURE.findall(source)))


def video_ids(cleaned: str) -> list[str]:
    """The ids of the videos in a cleaned text, in order."""
    return re.findall(r'data-youtube="([A-Za-z0-9_-]{11})"', cleaned)


def _once(source: str, pictures: Mapping[str, Size]) -> str:
    result = nh3.clean(
        source,
        tags=TAGS,
        clean_content_tags=GONE_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )
    result = result.replace("&nbsp;", "\u00a0")
    result = _DEAD_LINK.sub(r"\1", _SPACES.sub(" ", result))
    result = _IMAGE.sub(lambda image: _picture(image, pictures), result)
    result = _FIGURE.sub(_figure, result)
    result = _LONE_LINK.sub(_video_of_link, result)
    result = _without_shells(result).strip()
    return result if _BLOCK.search(result) else _paragraphs(result)


def _filter(tag: str, name: str, value: str) -> str | None:
    if name in ("colspan", "rowspan", "start"):
        return value if re.fullmatch(r"[1-9][0-9]{0,2}", value) else None
    if name == "scope":
        return value if value in ("col", "row") else None
    if name == "class":
        return "video" if value == "video" else None
    if name == "data-youtube":
        return value if _YOUTUBE_ID.fullmatch(value) else None
    if name == "href":
        return value if re.match(r"(?:https?:|mailto:|tel:|#|/(?!/))", value.strip(), re.IGNORECASE) else None
    return value


def _picture(image: re.Match[str], pictures: Mapping[str, Size]) -> str:
    given = dict(_ATTRIBUTE.findall(image[1]))
    found = _PICTURE.fullmatch(given.get("src", ""))
    size = pictures.get(found[1]) if found else None
    if not found or size is None:
        return ""
    files = {width: f"/media/{found[1]}-{width}.webp" for width in size.widths}
    shown = next((width for width in size.widths if width >= 960), size.widths[-1])
    choice = ", ".join(f"{address} {width}w" for width, address in files.items())
    return (
        f'<img src="{files[shown]}" srcset="{choice}" sizes="{SIZES}" width="{size.width}" height="{size.height}" '
        f'alt="{given.get("alt", "")}" loading="lazy">'
    )


def _figure(figure: re.Match[str]) -> str:
    video = re.search(r'data-youtube="([A-Za-z0-9_-]{11})"', figure[1])
    if video:
        return video_figure(video[1], html.unescape(text.plain(figure[2])) if "<" in figure[2] else "")
    return f"<figure>{figure[2]}</figure>" if "<img" in figure[2] or "<table" in figure[2] else figure[2]


def _video_of_frame(frame: re.Match[str]) -> str:
    video = youtube_id(html.unescape(frame[1]))
    return video_figure(video) if video else ""


def _video_of_link(paragraph: re.Match[str]) -> str:
    video = youtube_id(html.unescape(paragraph[1]))
    return video_figure(video) if video else paragraph[0]


def _without_shells(source: str) -> str:
    while True:
        shorter = _EMPTY_LINK.sub("", _EMPTY.sub("", source))
        if shorter == source:
            return source
        source = shorter


def _paragraphs(source: str) -> str:
    """Paragraphs at blank lines, line breaks at the others, of a text that has no blocks."""
    blocks = [re.sub(r"^(?:<br>)+|(?:<br>)+$", "", block.strip()) for block in re.split(r"\n\s*\n", source)]
    return "".join(f"<p>{block}</p>".replace("\n", "<br>") for block in blocks if block)
