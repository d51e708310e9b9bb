"""Acts on several articles at once. Each is one call and returns sentences: what was done, and what was not.

Each keeps versions of the articles, as every act at the desk does. Sent twice, it changes nothing again.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload, selectinload

from database import db
from domain.desk import publishing, revisions, tagging
from domain.desk.models import FrontSlot, Revision, WorkingCopy
from domain.moderation import holds
from domain.paper import sections
from domain.search import search_index
from lib.text import names
from lib.web.paging import LARGEST_ID
from models import Attachment, Comment, Member, Photo, Post, PostTag, Refused, Section, Tag, now

MOST = 100  # articles of one act
ERASABLE = ("draft", "deleted")  # states in which an article can be deleted for good
_BELONGINGS = (
    Comment,
    Photo,
    Attachment,
    PostTag,
    FrontSlot,
    WorkingCopy,
)  # deleted with it; its corrections stay
_TEXTS = (
    "title", "subtitle", "body", "summary", "byline", "credit_line", "video_id", "telephone", "address",
    "opening_hours", "internal_note", "sponsor",
)  # fmt: skip


def take_down(ids: Sequence[int], author: Member | None) -> list[str]:
    posts = _find(ids)
    chosen = [post for post in posts if post.deleted_at is None]
    with _recorded(chosen, author):
        for post in chosen:
            post.delete()
    done, left = len(chosen), len(posts) - len(chosen)
    return _sentences(
        (done, _("Taken down: %(n)s.", n=done)),
        (left, _("Already taken down: %(n)s.", n=left)),
        _missing(ids, posts),
    )


def restore(ids: Sequence[int], author: Member | None) -> list[str]:
    posts = _find(ids)
    down, measured = [post for post in posts if post.deleted_at], _measured(posts)
    chosen = [post for post in down if post.id not in measured and (post.origin or not post.published_at)]
    with _recorded(chosen, author):
        for post in chosen:
            publishing.restore(post)
    done, left = len(chosen), len(posts) - len(down)
    unknown = len(down) - len(chosen) - len(measured)
    return _sentences(
        (done, _("Brought back: %(n)s.", n=done)),
        (left, _("Not taken down, so left as they are: %(n)s.", n=left)),
        (unknown, _("Without an origin, so left taken down: %(n)s.", n=unknown)),
        _measured_sentence(measured),
        _missing(ids, posts),
    )


def move(ids: Sequence[int], author: Member | None, section: Section) -> list[str]:
    """Move articles to a section. Their addresses stay, and readers are told of no edit.

    :raises Refused: the section is closed
    """
    sections.check_open(section)
    posts = _find(ids)
    chosen = [post for post in posts if post.section_id != section.id]
    with _recorded(chosen, author):
        for post in chosen:
            post.file_under(section)
    done, left = len(chosen), len(posts) - len(chosen)
    return _sentences(
        (done, _("Moved to “%(name)s”: %(n)s.", name=section.name, n=done)),
        (left, _("Already in that section: %(n)s.", n=left)),
        _missing(ids, posts),
    )


def add_tag(ids: Sequence[int], author: Member | None, name: str) -> list[str]:
    """Add a tag after those that each article has."""
    posts, key = _find(ids), names.tag_key(name)
    others = [post for post in posts if key not in {tag.key for tag in post.tags}]
    chosen = [post for post in others if len(post.tagged) < Tag.MOST]
    with _recorded(chosen, author):
        for post in chosen:
            tagging.put(post, [*(tag.name for tag in post.tags), name])
    done, full, left = len(chosen), len(others) - len(chosen), len(posts) - len(others)
    return _sentences(
        (done, _("Tagged “%(name)s”: %(n)s.", name=name, n=done)),
        (left, _("Tagged so already: %(n)s.", n=left)),
        (full, _("Not tagged, having %(most)s tags already: %(n)s.", most=Tag.MOST, n=full)),
        _missing(ids, posts),
    )


def erase(ids: Sequence[int], author: Member | None) -> list[str]:
    """Delete drafts and taken-down articles for good: texts, photos, files, comments and tags.

    The row stays without a text: its address answers 410, and its corrections and versions are kept, the
    versions only if it ever appeared. Files that nothing else uses are deleted by housekeeping.
    """
    posts = _find(ids)
    measured = _measured(posts)
    chosen = [post for post in posts if post.state in ERASABLE and post.id not in measured]
    with _recorded(chosen, author):
        for post in chosen:
            post.deleted_at = post.deleted_at or now()
    _erase([post.id for post in chosen])
    done, left = len(chosen), len(posts) - len(chosen) - len(measured)
    return _sentences(
        (done, _("Deleted for good: %(n)s.", n=done)),
        _measured_sentence(measured),
        (left, _("Published or scheduled, so left as they are: %(n)s. Take them down first.", n=left)),
        _missing(ids, posts),
    )


def erase_old(kept: timedelta) -> int:
    """Delete for good what was taken down so long ago: at most MOST articles. Returns how many.

    What stays is said under `erase`.
    """
    query = select(Post.id).where(Post.deleted_at <= now() - kept, Post.erased_at.is_(None))
    query = query.where(Post.id.not_in(holds.measured_articles()))
    ids = list(db.session.scalars(query.order_by(Post.deleted_at).limit(MOST)))
    if ids:
        with _recorded(_find(ids), None):  # one that is older than the table of versions gets its first
            pass
        _erase(ids)
    return len(ids)


def _measured(posts: Sequence[Post]) -> set[int]:
    """The ids of those articles that are under a temporary measure."""
    return {post.id for post in posts} & set(db.session.scalars(holds.measured_articles()))


def _measured_sentence(measured: set[int]) -> tuple[int, str]:
    n = len(measured)
    return n, _("Under a temporary measure, so left as they are: %(n)s.", n=n)


def _erase(ids: list[int]) -> None:
    nothing: dict[str, Any] = {name: "" for name in _TEXTS} | {"cover_id": None, "pinned_at": None}
    nothing |= {"idempotency_key": None, "comment_count": 0, "has_video": False, "erased_at": now()}
    db.session.execute(update(Post).where(Post.id.in_(ids)).values(**nothing))
    photo_ids = db.session.scalars(select(Photo.id).where(Photo.post_id.in_(ids))).all()
    for table in _BELONGINGS:
        db.session.execute(delete(table).where(table.post_id.in_(ids)))
    appeared = select(Revision.post_id).where(Revision.post_id.in_(ids), Revision.published_at.is_not(None))
    db.session.execute(delete(Revision).where(Revision.post_id.in_(ids), Revision.post_id.not_in(appeared)))
    if search_index.is_supported(db.engine):
        search_index.index_posts(ids)
        search_index.index_photos(photo_ids)


def check(ids: Sequence[int]) -> None:
    """:raises Refused: none is chosen, or too many are"""
    if not ids:
        raise Refused(_("Please choose articles first."))
    if len(set(ids)) > MOST:
        raise Refused(_("At most %(n)s articles at once, please.", n=MOST))


def _find(ids: Sequence[int]) -> Sequence[Post]:
    """Return the articles with these ids. Ids of no article, or of an erased one, are skipped."""
    check(ids)
    known = [id for id in ids if id <= LARGEST_ID]
    query = select(Post).where(Post.id.in_(known), Post.erased_at.is_(None)).order_by(Post.id)
    related = (joinedload(Post.section), selectinload(Post.tagged).joinedload(PostTag.tag))
    return db.session.scalars(query.options(*related)).all()


@contextmanager
def _recorded(posts: Sequence[Post], author: Member | None) -> Iterator[None]:
    """Keep the versions of all these articles; they are written and indexed together."""
    with ExitStack() as stack:
        for post in posts:
            stack.enter_context(revisions.recorded(post, author))
        yield


def _missing(ids: Sequence[int], posts: Sequence[Post]) -> tuple[int, str]:
    missing = len(set(ids)) - len(posts)
    return missing, _("Skipped, because there is no such article: %(n)s.", n=missing)


def _sentences(*counted: tuple[int, str]) -> list[str]:
    """Return the sentences that are about at least one article."""
    return [sentence for count, sentence in counted if count]
