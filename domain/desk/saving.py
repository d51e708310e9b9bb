"""Saving an article: one call for everything that the writing page says about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import select

from database import db
from domain.desk import photos, provenance, publishing, revisions, tagging, working_copies
from domain.desk.models import Revision
from domain.paper import sections
from lib.text import markup, plain
from models import Attachment, Member, Photo, Post, Refused, Section, digest

Publication = Literal["draft", "now", "at", "unchanged"]


@dataclass(frozen=True)
class PhotoEdit:
    """Changes to one photo of an article. None leaves a value as it is."""

    caption: str | None = None
    credit: str | None = None
    position: int | None = None
    alt: str | None = None
    is_decorative: bool | None = None
    focus_x: int | None = None
    focus_y: int | None = None
    is_cover: bool | None = None
    is_placed: bool = False  # it was put into the text
    removed: bool = False

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of Photo that change."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        acts = ("is_placed", "removed")
        return {name: value for name, value in values.items() if value is not None and name not in acts}


@dataclass(frozen=True)
class PostDraft:
    """An article as it was typed.

    `columns` are columns of Post by name; `body` among them is HTML or plain text from outside. The files
    of new photos and attachments are stored already, their rows are not in the session. `version` is that of
    the article when editing began; empty, the article is saved whatever its version.
    """

    section_id: int
    columns: Mapping[str, Any]
    tags: Sequence[str] = ()
    pinned: bool = False
    comments_closed: bool = False
    publication: Publication = "unchanged"
    publish_at: datetime | None = None  # where publication is "at"
    photo_edits: Mapping[int, PhotoEdit] = field(default_factory=dict)  # by the id of the photo
    waiting_photo_ids: Sequence[int] = ()  # photos that an earlier, refused form has left (photos.hold)
    new_photos: Sequence[Photo] = ()
    new_attachments: Sequence[Attachment] = ()
    removed_attachment_ids: Collection[int] = ()
    note: str = ""  # why the article is changed
    is_small: bool = False  # a small fix: readers are not told of an edit
    version: str = ""
    idempotency_key: str = ""


class Conflict(Refused):
    """Another text was saved since editing began. `typed` is the version that the draft would have made."""

    def __init__(self, post: Post, typed: Revision):
        super().__init__(_("This article was saved elsewhere in the meantime."), 409)
        self.post_id, self.version, self.typed = post.id, post.version, typed


def save(post: Post | None, author: Member | None, draft: PostDraft) -> Post:
    """Write a draft to its article, or to a new one where `post` is None.

    A draft that is sent twice changes nothing the second time: the article it has already saved is returned.
    Another article that is written into the form of a new one (after pressing Back) is a new article too.

    :raises Conflict: another text was saved since editing began; nothing is changed
    :raises Refused: it would appear without an origin; or it is new in a section that is closed
    """
    key = draft.idempotency_key
    working_copies.discard(key)
    working_copies.discard_same(post, draft.columns.get("title", ""), draft.columns.get("body", ""))
    saved = post or _created_by(key)
    if saved and not post and _is_another_article(saved, draft):
        key = digest(f"{key} {draft.columns.get('title')}")
        saved = _created_by(key)
    if saved and draft.version != saved.version and (draft.version or not post):
        if typed := _tried(saved, author, draft):
            raise Conflict(saved, typed)
        return saved
    saved = saved or Post(idempotency_key=key or None, author_id=author.id if author else None)
    with revisions.recorded(saved, author, draft.note, is_small=draft.is_small):
        _apply(draft, saved)
    return saved


def _created_by(idempotency_key: str) -> Post | None:
    """The article that a form with this key has created."""
    if not idempotency_key:
        return None
    return db.session.scalar(select(Post).where(Post.idempotency_key == idempotency_key))


def _is_another_article(post: Post, draft: PostDraft) -> bool:
    """Whether a draft has another title and shares less than half of its words with the article."""
    if draft.columns.get("title") == post.title:
        return False
    bodies = (post.body, markup.clean(draft.columns.get("body", "")))
    old, new = (set(plain.from_html(body).split()) for body in bodies)
    return len(old & new) * 2 < max(len(old), len(new))


def _tried(post: Post, author: Member | None, draft: PostDraft) -> Revision | None:
    """Try the draft in a savepoint, and undo it. Returns the version it made; None if it changed nothing."""
    before = _content(post)
    savepoint = db.session.begin_nested()
    try:
        _apply(draft, post)
        return revisions.snapshot(post, author) if _content(post) != before else None
    finally:
        savepoint.rollback()


def _content(post: Post) -> tuple[str, set[tuple[str, str]]]:
    """What stays the same when the same draft is applied twice."""
    return post.version, {(file.filename, file.digest) for file in post.attachments}


def _apply(draft: PostDraft, post: Post) -> None:
    section = db.session.get_one(Section, draft.section_id)
    if post.published_at is None or post.section_id != section.id:
        sections.check_open(section)
    db.session.add(post)
    publishing.revise(post, section, is_small=draft.is_small, **draft.columns)
    tagging.put(post, draft.tags)
    post.pin(draft.pinned)
    post.close_comments(draft.comments_closed)
    db.session.flush()
    publishing.add_photos(post, [*photos.waiting(draft.waiting_photo_ids), *draft.new_photos])
    _edit_photos(post, draft.photo_edits)
    for attachment in list(post.attachments):
        if attachment.id in draft.removed_attachment_ids:
            post.attachments.remove(attachment)
    post.attachments.extend(draft.new_attachments)
    _publish(post, draft)


def _edit_photos(post: Post, edits: Mapping[int, PhotoEdit]) -> None:
    for photo in list(post.photos):
        edit = edits.get(photo.id, PhotoEdit())
        for name, value in edit.columns.items():
            setattr(photo, name, value)
        if edit.is_placed:
            publishing.place(post, photo)
        if edit.removed:
            publishing.remove_photo(post, photo)
    db.session.flush()
    db.session.expire(post, ["photos"])  # to be loaded in their new order
    publishing.match_words_of_photos(post)
    publishing.choose_cover(post)


def _publish(post: Post, draft: PostDraft) -> None:
    if post.state == "deleted":
        return
    if draft.publication == "draft":
        post.withdraw()
    elif draft.publication in ("now", "at"):
        publishing.publish(post, draft.publish_at if draft.publication == "at" else None)
    provenance.require(post)
