"""Who may see the files of a photo: readers only those of what they may read."""

from datetime import datetime

from sqlalchemy import select

from database import db
from domain.paper.models import Banner
from models import Page, Photo, Post, local


def is_public(digest: str, at: datetime) -> bool:
    """Whether a photo is in an article that readers see at this time, on a company page, or a banner now.

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
    in_banner = select(Banner.id).where(Banner.digest == digest, Banner.is_shown(local(at).date()))
    if db.session.scalar(in_banner.limit(1)) is not None:
        return True
    on_page = select(Page.id).where(Page.body.contains(digest, autoescape=True))
    return db.session.scalar(on_page.limit(1)) is not None
