"""When nobody may add a comment: the article, its section, or its age decides. By the clock, with no job."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _

from domain.moderation.settings import CommentSettings
from domain.reading.masthead import SectionCard
from models import Post, Section, now


def why_closed(post: Post, boards: Sequence[Section | SectionCard], settings: CommentSettings) -> str:
    """Why the comments of an article are closed now, as a sentence; empty if they are open.

    :param boards: its section, then its group
    """
    if post.comments_closed_at:
        return _("Comments on this article are closed.")
    if any(board.comments_from == "nobody" for board in boards):
        return _("There are no comments in this section.")
    periods = (board.comments_close_after_days for board in boards)
    days = next((days for days in periods if days is not None), settings.closed_after_days)
    if days and post.published_at and post.published_at + timedelta(days=days) <= now():
        return _("Comments close %(days)s days after an article appears.", days=days)
    return ""
