"""What the editor is told after an act: what has become of the article."""

from datetime import datetime

from babel.dates import format_skeleton
from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _

from models import Post, local, now


def saved(post: Post, before: str) -> str:
    """A sentence on an article that was saved.

    :param before: its state until then; empty for a new article
    """
    if post.state == "deleted":
        return _("“%(title)s” was saved. It stays taken down: readers do not see it.", title=post.title)
    if post.state == before == "published":
        return _("“%(title)s” was changed.", title=post.title)
    return published(post) if post.published_at else draft(post, before)


def act(post: Post, before: str) -> str:
    """What was done to an article that was saved or published, as activity.ACTS names it.

    :param before: its state until then; empty for a new article
    """
    if post.state == before or not (before or post.published_at):
        return "article-saved"
    acts = {"published": "article-published", "scheduled": "article-scheduled", "draft": "article-withdrawn"}
    return acts.get(post.state, "article-saved")


def published(post: Post) -> str:
    """A sentence on an article that has just been published or scheduled."""
    if post.published_at is None or post.state != "scheduled":
        return _("“%(title)s” is published.", title=post.title)
    return _("“%(title)s” appears on %(moment)s.", title=post.title, moment=moment(post.published_at))


def draft(post: Post, before: str) -> str:
    """A sentence on an article that is a draft now."""
    if before == "published":
        return _("“%(title)s” is a draft again: readers no longer see it.", title=post.title)
    if before == "scheduled":
        return _("“%(title)s” is a draft again: it will not appear by itself.", title=post.title)
    return _("“%(title)s” was saved as a draft. Only you can see it.", title=post.title)


def restored(post: Post) -> str:
    """A sentence on an article that was taken down and is back."""
    if post.published_at is None:
        return _("“%(title)s” is back as a draft. Only you can see it.", title=post.title)
    if post.state == "scheduled":
        when = moment(post.published_at)
        return _("“%(title)s” is back. It appears on %(moment)s.", title=post.title, moment=when)
    return _("“%(title)s” is back: readers see it again.", title=post.title)


def lead(post: Post) -> str:
    """A sentence on an article that was made the lead story."""
    if post.state == "published":
        return _("“%(title)s” is now the lead story: it stands first on the front page.", title=post.title)
    return _("“%(title)s” becomes the lead story of the front page once it is published.", title=post.title)


def moment(value: datetime) -> str:
    """12월 1일 06:00; with the year if it is not of this year."""
    day = local(value)
    skeleton = "MMMd" if day.year == local(now()).year else "yMMMd"
    return f"{format_skeleton(skeleton, day, locale=get_locale())} {format_datetime(value, 'HH:mm')}"
