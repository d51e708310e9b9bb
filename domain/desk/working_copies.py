"""What is typed on writing pages and not saved yet. An article is never changed by it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import defer

from database import db
from domain.desk.models import WorkingCopy
from lib.text import plain
from models import Post, Refused, now

LARGEST = 2_000_000  # characters of names and values
MOST_FIELDS = 1000
OFFERED = 20
KEPT = timedelta(days=30)
NOT_KEPT = ("csrf_token", "publish", "preview")


def keep(form_key: str, post: Post | None, fields: Iterable[tuple[str, str]]) -> WorkingCopy:
    """Store what one page holds, in place of what it held before.

    :param post: None for a new article
    :raises Refused: the page has no key, or holds too much (413)
    """
    kept = [[name, value] for name, value in fields if name not in NOT_KEPT]
    if not form_key:
        raise Refused(_("This form is out of date. Please open the page again."))
    if len(kept) > MOST_FIELDS or sum(len(name) + len(value) for name, value in kept) > LARGEST:
        raise Refused(_("This is too much text to be kept. Please save it."), 413)
    copy = db.session.scalar(select(WorkingCopy).where(WorkingCopy.form_key == form_key))
    if copy is None:
        copy = WorkingCopy(form_key=form_key)
        db.session.add(copy)
    copy.post_id, copy.fields, copy.stored_at = post.id if post else None, kept, now()
    copy.title = next((value for name, value in kept if name == "title"), "").strip()[:200]
    return copy


def listed() -> Sequence[WorkingCopy]:
    """The newest copies, without what they hold."""
    query = select(WorkingCopy).options(defer(WorkingCopy.fields))
    return db.session.scalars(query.order_by(WorkingCopy.stored_at.desc()).limit(OFFERED)).all()


def find(id: int | None, post: Post | None) -> WorkingCopy | None:
    """The copy with this id; None without an id.

    :param post: its article; None for a new one
    :raises Refused: there is none (404)
    """
    copy = db.session.get(WorkingCopy, id) if id else None
    if id and (copy is None or copy.post_id != (post.id if post else None)):
        raise Refused(_("This text is no longer among those that were not saved."), 404)
    return copy


def discard(form_key: str) -> None:
    """Delete the copy of a page: it is saved now."""
    if form_key:
        db.session.execute(delete(WorkingCopy).where(WorkingCopy.form_key == form_key))


def discard_same(post: Post | None, title: str, body: str) -> None:
    """Delete the copies that other pages, closed or crashed, have left of the text that is saved now."""
    query = select(WorkingCopy).where(
        WorkingCopy.post_id == (post.id if post else None), WorkingCopy.title == title[:200]
    )
    for copy in db.session.scalars(query.limit(OFFERED)):
        if plain.from_html(dict(copy.fields).get("body", "")) == plain.from_html(body):
            db.session.delete(copy)


def discard_old() -> None:
    db.session.execute(delete(WorkingCopy).where(WorkingCopy.stored_at <= now() - KEPT))
