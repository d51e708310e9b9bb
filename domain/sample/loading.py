"""The sample paper: a complete invented newspaper for an empty database, dated relative to now."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from database import db
from domain.desk import front_slots
from domain.neighbours import membership
from domain.paper import pages
from domain.sample import composing, marks, prose, structure
from lib.files.store import Store
from models import Attachment, Comment, Correction, Member, Photo, Post, PostTag, Refused, Tag, now

PROGRESS_EVERY = 10  # photos


def load(store: Store, megapixels: int = 60) -> Iterator[str]:
    """Fill an empty paper that has an editor. Yields lines about the progress; the caller commits at the end.

    :param megapixels: larger pictures are refused
    :raises Refused: there are articles, or members besides the editor; or there is no editor
    """
    members = select(Member.id).where(Member.is_editor.is_(False))
    if any(db.session.scalar(query.limit(1)) for query in (select(Post.id), members)):
        raise Refused(_("The paper already has articles or members. The sample is for an empty paper."), 409)
    editor = membership.editor()
    articles = sorted(prose.articles(), key=_appears)
    names = sorted({photo["name"] for article in articles for photo in article.get("photos", [])})
    pictures = {}
    for name in names:
        pictures[name] = composing.take_picture(name, store, megapixels)
        if len(pictures) % PROGRESS_EVERY == 0 or len(pictures) == len(names):
            yield _("Photos: %(n)s of %(all)s", n=len(pictures), all=len(names))
    paper = structure.fill_imprint()
    sections = structure.add_sections()
    members = structure.add_neighbours()
    yield _("Sections: %(n)s", n=len(sections))
    yield _("Company pages: %(n)s", n=pages.adopt_defaults())
    cast = composing.Cast(sections, members, editor, pictures, store)
    posts = [composing.compose(article, cast) for article in articles]
    pairs = zip(posts, articles, strict=True)
    slots = {article["slot"]: post for post, article in pairs if "slot" in article}
    for position in sorted(slots):
        front_slots.add(slots[position])
        db.session.flush()
    paper.last_edited_at = max(post.published_at for post in posts if post.state == "published")
    db.session.flush()
    _mark(posts)
    yield _("Articles: %(n)s", n=len(posts))


def _mark(posts: list[Post]) -> None:
    """Mark the articles and everything that belongs to them."""
    ids = [post.id for post in posts]
    marks.add(*posts)
    for table in (Photo, Attachment, Correction, Comment):
        marks.add(*db.session.scalars(select(table).where(table.post_id.in_(ids))))
    tagged = select(PostTag.tag_id).where(PostTag.post_id.in_(ids))
    marks.add(*db.session.scalars(select(Tag).where(Tag.id.in_(tagged))))
    for table in (Photo, Attachment):
        marks.add_files(*db.session.scalars(select(table.digest).where(table.post_id.in_(ids))))


def _appears(article: dict[str, Any]) -> Any:
    """Sort key: oldest first, so that ids follow the dates; a draft last."""
    return prose.moment(article["when"]) if "when" in article else now() + timedelta(days=365)
