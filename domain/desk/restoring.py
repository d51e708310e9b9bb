"""Bringing back an earlier version of an article, which makes a new version."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from database import db
from domain.desk import saving
from domain.desk.models import Revision
from domain.desk.saving import PhotoEdit, PostDraft
from models import Member, Photo, Post


def restore(post: Post, revision: Revision, author: Member | None, note: str) -> Post:
    """Save the words, tags, photos and section of a version. Publication and notices stay as they are.

    :param note: the note of the new version
    :raises Refused: the article is published, and the version does not say where it comes from
    """
    _add_rows_of_pictures(entry for entry in revision.photos if entry["in_text"])
    photo_edits, missing = _photos(post, revision)
    columns = {name: getattr(revision, name) for name in Revision.COLUMNS} | Revision.LATER_DETAILS
    draft = PostDraft(
        section_id=revision.section_id or post.section_id,
        columns=columns | revision.details,
        tags=revision.tags,
        pinned=bool(post.pinned_at),
        comments_closed=bool(post.comments_closed_at),
        photo_edits=photo_edits,
        new_photos=missing,
        note=note,
    )
    return saving.save(post, author, draft)


def _photos(post: Post, revision: Revision) -> tuple[dict[int, PhotoEdit], list[Photo]]:
    """Changes to the photos of the article, and new rows of those beside the text that it no longer has."""
    present, edits, missing = list(post.photos), {}, []
    for position, entry in enumerate(revision.photos, 1):
        same = (photo for photo in present if photo.digest == entry["digest"])
        found = next((photo for photo in same if photo.in_text == entry["in_text"]), None)
        if found:
            present.remove(found)
            details = {name: entry.get(name, usual) for name, usual in Photo.DETAILS.items()}
            edits[found.id] = PhotoEdit(entry["caption"], entry["credit"], position, **details)
        elif not entry["in_text"]:
            missing.append(Photo(**entry))
    gone = [photo for photo in present if not photo.in_text]
    return edits | {photo.id: PhotoEdit(removed=True) for photo in gone}, missing


def _add_rows_of_pictures(entries: Iterable[dict[str, Any]]) -> None:
    """Add the rows of pictures in the text that were deleted since."""
    wanted = {entry["digest"]: entry for entry in entries}
    known = db.session.scalars(select(Photo.digest).where(Photo.digest.in_(wanted)))
    for digest in wanted.keys() - set(known):
        db.session.add(Photo(**wanted[digest]))
    db.session.flush()
