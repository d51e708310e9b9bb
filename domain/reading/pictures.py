"""Who may see the files of a photo: readers only those of what they may read."""

from datetime import datetime

from sqlalchemy import select

from database import db
from domain.paper.models import Banner, Theme
from domain.reading import printed
from models import Page, Photo, Post, local


def is_public(digest: str, at: datetime) -> bool:
    """Whether a photo is in an article that readers see at this time, on a page, or of the paper itself.

    One that is uploaded for an article to come is not, nor is the file of one that was deleted for good.
    """
    photos = db.session.execute(
        select(Post.published_at, Post.deleted_at)
        .select_from(Photo)
        .outerjoin(Post, Post.id == Photo.post_id)
        .where(Photo.digest == digest)
    ).all()
    if any(row.published_at and row.published_at <= at and not row.deleted_at for row in photos):
        return True
    elsewhere = (
        select(Theme.id).where(Theme.logo_digest == digest),
        printed.pages_with(digest),
        select(Banner.id).where(Banner.digest == digest, Banner.is_shown(local(at).date())),
        select(Page.id).where(Page.body.contains(digest, autoescape=True)),
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in elsewhere)
