"""Writing an article: from what the editor typed and chose to what readers see."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import inspect, select

from database import db
from lib.files import filenames
from lib.files.store import Store
from lib.text import markup, plain
from models import Attachment, Paper, Photo, Post, Refused, Section, now

SUMMARY = 120  # characters
ENDINGS = frozenset(
    [
        "hwp",
        "hwpx",
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "ppt",
        "pptx",
        "odt",
        "ods",
        "odp",
        "txt",
        "csv",
        "zip",
        "jpg",
        "jpeg",
        "png",
        "webp",
        "gif",
        "mp3",
        "mp4",
        "m4a",
    ]
)  # what a neighbour can open; nothing that a browser runs
# DataVersion that a reader is not told of as an edit.
_UNSEEN = frozenset(
    {
        "edited_at",
        "pinned_at",
        "published_at",
        "summary",
        "cover_id",
        "has_video",
        "idempotency_key",
        "group_id",
        "comment_count",
    }
)


def revise(post: Post, section: Section, **columns: Any) -> None:
    """File a post under a section and set columns; cleans the text and derives what follows from it.

    :param columns: any of Post's own columns; `body` is HTML or plain text from outside
    """
    shown = _shown(post)
    post.file_under(section)
    for name, value in columns.items():
        setattr(post, name, value)
    if "body" in columns:
        _take_text(post, columns["body"])
    if not columns.get("summary") and ("body" in columns or not post.summary):
        post.summary = summary(post.body)
    post.has_video = bool(post.video_id or markup.video_ids(post.body))
    choose_cover(post)
    if shown is not None and shown != _shown(post):
        post.edited_at = now()
        note_edition()


def summary(body: str) -> str:
    """What stands for an article whose editor wrote no summary."""
    return plain.shorten(plain.from_html(body), SUMMARY)


def add_photos(post: Post, photos: Iterable[Photo]) -> None:
    """Put photos behind those the article has."""
    last = max((photo.position for photo in post.gallery), default=0)
    for position, photo in enumerate(photos, last + 1):
        photo.position, photo.in_text = position, False
        post.photos.append(photo)
    choose_cover(post)


def remove_photo(post: Post, photo: Photo) -> None:
    """Take a photo away. Its files stay until housekeeping finds that no row names them."""
    if post.cover is photo:
        post.cover = None
        db.session.flush()
    post.photos.remove(photo)
    if inspect(photo).persistent:
        db.session.delete(photo)
    choose_cover(post)


def choose_cover(post: Post) -> None:
    """The first photo of the article, else the first in its text."""
    pictures = post.gallery or _in_order_of_text(post)
    post.cover = pictures[0] if pictures else None


def attach(store: Store, post: Post, filename: str, stream: BinaryIO, limit_bytes: int) -> Attachment:
    """Keep a file with an article, as it came.

    :raises Refused: empty, too large, or of a kind that we do not pass on
    """
    name = filenames.tidy(filename)
    if filenames.ending(name) not in ENDINGS:
        raise Refused(_("“%(name)s” is of a kind that cannot be attached.", name=name))
    content = stream.read(limit_bytes + 1)
    if not content:
        raise Refused(_("“%(name)s” is empty.", name=name))
    if len(content) > limit_bytes:
        raise Refused(_("“%(name)s” is larger than %(n)s MB.", name=name, n=limit_bytes // 1_000_000), 413)
    digest = hashlib.sha256(content).hexdigest()
    store.put(digest, content)
    attachment = Attachment(filename=name, size=len(content), digest=digest)
    post.attachments.append(attachment)
    return attachment


def publish(post: Post, at: datetime | None = None) -> None:
    """Publish now or at a moment, and say on every page that the paper was edited."""
    post.publish(at)
    if post.state == "published":
        note_edition()


def note_edition() -> None:
    """최종편집 is now."""
    paper = Paper.get()
    paper.last_edited_at = now()
    db.session.add(paper)


def _take_text(post: Post, body: str) -> None:
    digests = markup.picture_digests(body)
    found = {photo.digest: photo for photo in _photos(post, digests)}
    sizes = {digest: markup.Size(photo.widths, photo.width, photo.height) for digest, photo in found.items()}
    post.body = markup.clean(body, sizes)
    standing = set(markup.picture_digests(post.body))
    for photo in list(post.photos):
        if photo.in_text and photo.digest not in standing:
            post.photos.remove(photo)  # it waits for the text to take it back, or for housekeeping
    for digest in standing:
        _claim(post, found[digest])


def _photos(post: Post, digests: list[str]) -> list[Photo]:
    """A row for each of these pictures; the article's own before those nobody has, and those before others'."""
    if not digests:
        return []
    with db.session.no_autoflush:
        rows = list(db.session.scalars(select(Photo).where(Photo.digest.in_(digests)).order_by(Photo.id)))
    rows += [photo for photo in post.photos if photo.digest in digests and photo not in rows]
    return sorted(rows, key=lambda photo: (photo in post.photos, photo.post_id is None, photo.in_text))


def _claim(post: Post, photo: Photo) -> None:
    """Make a picture of the text the article's own; of another article's, a row of its own."""
    if photo in post.photos:
        return
    if (
        photo.post_id is not None or photo.post is not None or not photo.in_text
    ):  # it stands, or waits, elsewhere
        photo = Photo(
            digest=photo.digest, width=photo.width, height=photo.height, caption="", credit="", position=0
        )
    photo.in_text = True
    post.photos.append(photo)


def _in_order_of_text(post: Post) -> list[Photo]:
    order = {digest: place for place, digest in enumerate(markup.picture_digests(post.body or ""))}
    return sorted(
        (photo for photo in post.photos if photo.digest in order), key=lambda photo: order[photo.digest]
    )


def _shown(post: Post) -> dict[str, Any] | None:
    """What readers of a published article see of its columns; none where it is not out, or not saved yet.

    Compared as values: a flush on the way would make the session forget what was changed.
    """
    if not inspect(post).persistent or post.state != "published":
        return None
    return {
        column.name: getattr(post, column.name)
        for column in Post.__table__.columns
        if column.name not in _UNSEEN
    }
