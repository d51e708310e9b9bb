"""Articles and comments that readers act on: found if this reader may read them, else an error page."""

from typing import NoReturn

from flask import abort, make_response, render_template
from flask_babel import gettext as _

from domain.moderation import holds
from domain.neighbours import commenting
from domain.reading import articles
from models import Comment, Post, Refused
from views.web import guards


def post_or_404(post_id: int) -> Post:
    """A published article; 404 for one that never was or is not yet, otherwise see `gone`."""
    post = articles.find(post_id)
    if post is None or post.state in ("draft", "scheduled"):
        abort(404)
    return post if post.state == "published" else gone(post)


def gone(post: Post) -> NoReturn:
    """Answer for an article that was taken down: 410, or under a temporary measure a notice (451)."""
    if hold := holds.notice(post):
        abort(make_response(render_template("holds/notice.html", hold=hold), 451))
    abort(410)


def comment_or_gap(comment_id: int) -> Comment:
    """A comment, deleted or not, that this reader may read, under an article that readers may see."""
    comment = commenting.find(comment_id)
    if comment is None or not comment.may_read(guards.reader()):
        abort(404)
    post_or_404(comment.post_id)
    return comment


def comment(comment_id: int) -> Comment:
    """A comment that this reader may read.

    :raises Refused: it was deleted (410)
    """
    return check_there(comment_or_gap(comment_id))


def check_there(comment: Comment) -> Comment:
    """:raises Refused: the comment was deleted (410)"""
    if comment.deleted_at or comment.hidden_for == "spam":
        raise Refused(_("This comment was deleted."), 410)
    return comment
