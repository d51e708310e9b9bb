"""An article as it will look: what is typed laid over what is saved, for one page, never written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from database import db
from domain.desk import photos, publishing
from domain.desk.saving import PhotoEdit, PostDraft
from lib.text import markup, names
from models import Post, PostTag, Section, Tag


def overlay(post: Post, draft: PostDraft) -> None:
    """Set on an article what a draft says. Call it under `no_autoflush`, and roll back afterwards."""
    section = db.session.get(Section, draft.section_id) or post.section
    publishing.revise(post, section, **draft.columns)
    set_committed_value(post, "tagged", _tagged(draft.tags))
    in_text = markup.picture_digests(post.body)
    shown = [*post.photos, *photos.waiting(draft.waiting_photo_ids)]
    for photo in shown:
        edit = draft.photo_edits.get(photo.id, PhotoEdit())
        for name, value in edit.columns.items():
            setattr(photo, name, value)
        photo.in_text = photo.in_text or (edit.is_placed and photo.digest in in_text)
    kept = [photo for photo in shown if not draft.photo_edits.get(photo.id, PhotoEdit()).removed]
    set_committed_value(post, "photos", sorted(kept, key=lambda photo: photo.position))
    publishing.match_words_of_photos(post)
    publishing.choose_cover(post)
    post.published_at = draft.publish_at or post.published_at


def as_published(post: Post, at: datetime) -> None:
    """Show it as readers will see it, whatever its state is: a draft as if it appeared at this moment."""
    post.published_at, post.deleted_at = post.published_at or at, None


def _tagged(tag_names: Sequence[str]) -> list[PostTag]:
    keys = [names.tag_key(name) for name in tag_names]
    known = {tag.key: tag for tag in db.session.scalars(select(Tag).where(Tag.key.in_(keys)))}
    tags = [known.get(key) or Tag(name=name, key=key) for key, name in zip(keys, tag_names, strict=True)]
    return [PostTag(tag=tag, tag_id=tag.id, position=number) for number, tag in enumerate(tags)]
