"""The number of an article's public comments, counted in the transaction that changes one of them."""

from typing import Any

from sqlalchemy import event, func, inspect, select, update
from sqlalchemy.orm import Session

from database import db
from models import Comment, Post

_STATES = ("secret", "deleted_at", "held_at", "hidden_at", "post_id")  # the columns of Comment.is_public_now


@event.listens_for(db.session, "after_flush")
def count_comments(session: Session, _context: Any) -> None:
    """Count the comments of each article that this flush has changed the state of a comment of."""
    changed = {
        comment.post_id
        for comment in (*session.new, *session.deleted, *filter(_has_changed, session.dirty))
        if isinstance(comment, Comment)
    }
    if changed:
        recount(sorted(changed))


def recount(post_ids: Any) -> None:
    """Count the comments of these articles: their ids, or a query that selects them."""
    public = select(func.count()).where(Comment.post_id == Post.id, Comment.is_public_now())
    count = update(Post).values(comment_count=public.scalar_subquery())
    # fetch: articles in the session read the new number when they are asked next.
    db.session.execute(count.where(Post.id.in_(post_ids)), execution_options=_FETCH)


_FETCH = {"synchronize_session": "fetch"}


def _has_changed(row: Any) -> bool:
    if not isinstance(row, Comment):
        return False
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in _STATES)
