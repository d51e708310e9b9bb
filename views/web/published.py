"""The article that readers may see now, for views of what belongs to one."""

from flask import abort

from domain.reading import articles
from models import Post


def post_or_404(post_id: int) -> Post:
    """A published article; 404 for one that never was or is not yet, 410 for one that was taken down."""
    post = articles.find(post_id)
    if post is None or post.state in ("draft", "scheduled"):
        abort(404)
    return post if post.state == "published" else abort(410)
