"""When nobody may add a comment: the article, its section, or its age decides. By the clock, with no job."""

from datetime import timedelta

from flask_babel import gettext as _

from domain.moderation.settings import CommentSettings
from models import Post, now


def why_closed(post: Post, settings: CommentSettings) -> str:
    """Why the comments of an article are closed now, as a sentence; empty if they are open."""
    if post.comments_closed_at:
        return _("Comments on this article are closed.")
    if {post.section_id, post.group_id} & set(settings.closed_sections):
        return _("There are no comments in this section.")
    days = settings.closed_after_days
    if days and post.published_at and post.published_at + timedelta(days=days) <= now():
        return _("Comments close %(days)s days after an article appears.", days=days)
    return ""
