"""Turning what the editor typed and chose into what readers see."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import inspect, select

from database import db
from domain.desk import photos, provenance
from domain.moderation import holds
from domain.paper import sections
from lib.text import markup, plain
from models import Paper, Photo, Post, Refused, Section, now

SUMMARY = 120  # characters
# Attributes of Post whose changes readers do not see as an edit.
_NO_EDIT = frozenset(
    "edited_at pinned_at comments_closed_at published_at summary cover_id has_video "  # noqa: SIM905
    "idempotency_key group_id comment_count internal_note is_unpaid".split()
)


def revise(post: Post, section: Section, *, is_small: bool = False, **columns: Any) -> None:
    """File a post under a section, set columns, clean the text and derive what follows from it.

    :param is_small: readers are not told of an edit
    :param columns: any columns of Post; `body` is HTML or plain text from outside
    """
    before = _visible_columns(post)
    post.file_under(section)
    for name, value in columns.items():
        setattr(post, name, value)
    if "body" in columns:
        _set_body(post, columns["body"])
    if not columns.get("summary") and ("body" in columns or not post.summary):
        post.summary = summary(post.body)
    post.has_video = bool(post.video_id or markup.video_ids(post.body))
    choose_cover(post)
    if before is not None and before != _visible_columns(post):
        post.edited_at = post.edited_at if is_small else now()
        record_edit_of_paper()


def summary(body: str) -> str:
    """The summary of an article whose editor wrote none: the beginning of its text."""
    return plain.shorten(plain.from_html(body), SUMMARY)


def add_photos(post: Post, new: Iterable[Photo]) -> None:
    """Append photos to those of the article."""
    last = max((photo.position for photo in post.gallery), default=0)
    for position, photo in enumerate(new, last + 1):
        photo.position, photo.in_text = position, False
        post.photos.append(photo)
    choose_cover(post)


def remove_photo(post: Post, photo: Photo) -> None:
    """Take a photo out of an article. It stays in the library until housekeeping finds no version with it."""
    if post.cover is photo:
        post.cover = None
        db.session.flush()
    post.photos.remove(photo)
    choose_cover(post)


def choose_cover(post: Post) -> None:
    """Make the chosen photo the cover, else the first one beside the text, else the first one in it."""
    shown = [*post.gallery, *_in_order_of_text(post)]
    post.cover = next((photo for photo in shown if photo.is_cover), shown[0] if shown else None)


def place(post: Post, photo: Photo) -> None:
    """Show a photo where it stands in the text, no longer beside it. One that is not in the text stays."""
    if photo.digest not in markup.picture_digests(post.body):
        return
    for twin in [other for other in post.photos if other.in_text and other.digest == photo.digest]:
        remove_photo(post, twin)
        if inspect(twin).persistent:
            db.session.delete(twin)
    photo.in_text = True


def match_words_of_photos(post: Post) -> None:
    """A photo in the text gets the caption that stands there, and the text its alternative text."""
    captions = markup.captions(post.body)
    in_text = [photo for photo in post.photos if photo.in_text]
    for photo in in_text:
        caption = captions.get(photo.digest, "").removesuffix(f" / {photos.credit_line(photo.credit)}")
        photo.caption = caption[:300]
    if any(photo.alt or photo.is_decorative for photo in in_text):
        post.body = cleaned(post, post.body)


def publish(post: Post, at: datetime | None = None) -> None:
    """Publish now or at a moment. An article that appears now is an edit of the paper.

    :raises Refused: nobody chose where it comes from; or it is a draft in a section that is closed
    """
    if post.published_at is None:
        sections.check_open(post.section)
    post.publish(at)
    provenance.require(post)
    if post.state == "published":
        record_edit_of_paper()


def restore(post: Post) -> None:
    """Bring back an article that was taken down, in the state that it had.

    :raises Refused: it is under a temporary measure (409); or readers would see it, and nobody chose where it
        comes from
    """
    if measure := holds.notice(post):
        sentence = _(
            "It is under the temporary measure %(number)s. Please decide on that.", number=measure.number
        )
        raise Refused(sentence, 409)
    post.restore()
    provenance.require(post)


def record_edit_of_paper() -> None:
    """Set 최종편집, the moment of the last edit shown on every page, to now."""
    paper = Paper.get()
    paper.last_edited_at = now()
    db.session.add(paper)


def cleaned(post: Post, body: str) -> str:
    """The text as it would be saved. The article stays as it is."""
    return _cleaned(body, _photos_by_digest(post, body))


def _cleaned(body: str, known: dict[str, Photo]) -> str:
    return markup.clean(body, {digest: _shown(photo) for digest, photo in known.items()})


def _shown(photo: Photo) -> markup.Shown:
    alt = "" if photo.is_decorative else photo.alt or None
    return markup.Shown(photo.widths, photo.width, photo.height, alt)


def _photos_by_digest(post: Post, body: str) -> dict[str, Photo]:
    return {photo.digest: photo for photo in _photos(post, markup.picture_digests(body))}


def _set_body(post: Post, body: str) -> None:
    found = _photos_by_digest(post, body)
    post.body = _cleaned(body, found)
    shown = set(markup.picture_digests(post.body))
    for photo in list(post.photos):
        if photo.in_text and photo.digest not in shown:
            post.photos.remove(photo)  # its row waits for another text, or for housekeeping
    for digest in shown:
        _claim(post, found[digest])


def _photos(post: Post, digests: list[str]) -> list[Photo]:
    """Rows of these pictures. The last of a digest is the best: one of this article, else one without any."""
    if not digests:
        return []
    with db.session.no_autoflush:
        rows = list(db.session.scalars(select(Photo).where(Photo.digest.in_(digests)).order_by(Photo.id)))
    rows += [photo for photo in post.photos if photo.digest in digests and photo not in rows]
    return sorted(rows, key=lambda photo: (photo in post.photos, photo.post_id is None, photo.in_text))


def _claim(post: Post, photo: Photo) -> None:
    """Make a picture of the text the article's own, by a row of its own where it is used elsewhere."""
    if photo in post.photos:
        return
    if photo.post_id is not None or photo.post is not None or not photo.in_text:
        photo = photo.copy(caption="", credit="", position=0)
    photo.in_text = True
    post.photos.append(photo)


def _in_order_of_text(post: Post) -> list[Photo]:
    order = {digest: number for number, digest in enumerate(markup.picture_digests(post.body or ""))}
    found = [photo for photo in post.photos if photo.digest in order]
    return sorted(found, key=lambda photo: order[photo.digest])


def _visible_columns(post: Post) -> dict[str, Any] | None:
    """The attributes of a published article that readers see; None if it is not published or not saved yet.

    Compared as values, because a flush in between would make the session forget what was changed.
    """
    if not inspect(post).persistent or post.state != "published":
        return None
    names = inspect(Post).column_attrs.keys()
    return {name: getattr(post, name) for name in names if name not in _NO_EDIT}
