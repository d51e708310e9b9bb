"""Deletes what expired: ended logins, old login failures and claims, photos and files that nothing uses."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Select, String, and_, delete, or_, select

from database import db
from domain.desk import claims, selection, working_copies
from domain.desk.models import Claim, Revision
from domain.keeping import activity
from domain.moderation import access, bans, blocks, hold_decisions, rejoining, reports, spam
from domain.moderation.models import Hold
from domain.neighbours import join_limits, letters, links, login_limits, pending_logins
from domain.neighbours.models import TipFile
from domain.paper.models import Banner, PrintIssue, PrintPage, Theme
from lib.files.store import Store
from models import Attachment, Login, Page, Photo, Post, now

PHOTOS_KEPT = timedelta(days=30)  # that no article uses: they are in the library, or on a page never saved
FILES_KEPT = timedelta(days=2)  # without a row: the article may still be in a browser, unsaved


def purge_rows(secret: str, taken_down_days: int = 0) -> dict[str, int]:
    """Delete expired rows. The caller commits before it purges files.

    :param secret: the key that signs the cookies
    :param taken_down_days: after which articles that were taken down are deleted for good; 0: never

    :returns: how many logins and photos were deleted
    """
    expired = db.session.execute(delete(Login).where(Login.expires_at <= now()).returning(Login.id))
    logins = len(expired.all())
    login_limits.discard_old()
    join_limits.discard_old()
    links.discard_old()
    pending_logins.discard_old()
    letters.discard_old()
    working_copies.discard_old()
    claims.discard_old()
    reports.discard_old()
    hold_decisions.discard_old()
    access.discard_old()
    activity.discard_old()
    bans.discard_old()
    blocks.discard_old()
    rejoining.discard_old()
    spam.erase_old(secret)
    if taken_down_days:
        selection.erase_old(timedelta(days=taken_down_days))
    unused = [photo for photo in db.session.scalars(_never_attached()) if not _is_needed(photo.digest)]
    for photo in unused:
        db.session.delete(photo)
    db.session.flush()
    return {"logins": logins, "photos": len(unused)}


def purge_files(store: Store) -> int:
    """Delete unused and partial files of articles that are older than FILES_KEPT. Returns how many."""
    return _purge_files(store, used_digests)


def purge_claim_files(store: Store) -> int:
    """Delete the files of claims, requests and letters that are no longer kept. Returns how many."""
    return _purge_files(store, used_by_readers)


def _purge_files(store: Store, find_used: Callable[[set[str]], set[str]]) -> int:
    removed = 0
    for folder in sorted(store.folder.glob("??/")):
        old = [path for path in folder.iterdir() if path.is_file() and _is_old(path)]
        used = find_used({_digest(path) for path in old} - {""})
        for path in old:
            if _digest(path) not in used and _is_old(path):  # not stored again in the meantime
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _never_attached() -> Select[Photo]:
    covers = select(Post.cover_id).where(Post.cover_id.is_not(None))
    return select(Photo).where(
        Photo.post_id.is_(None), Photo.created_at <= now() - PHOTOS_KEPT, Photo.id.not_in(covers)
    )


def _is_needed(digest: str) -> bool:
    """Whether a text needs this row: none does where an article has another row of the same picture."""
    attached = select(Photo.id).where(Photo.digest == digest, Photo.post_id.is_not(None)).limit(1)
    return not db.session.scalar(attached) and _in_text(digest)


def _digest(path: Path) -> str:
    """The digest in the name of a file; empty for a partial file, whose name begins with a dot."""
    return path.name.split(".")[0].split("-")[0]


def used_digests(digests: set[str]) -> set[str]:
    """Those digests that a photo, an attachment, a banner, a printed issue, the logo or a text uses."""
    found: set[str] = set()
    tables = (Photo, Attachment, Banner, PrintIssue, PrintPage)
    for column in (*(table.digest for table in tables), Theme.logo_digest):
        found.update(db.session.scalars(select(column).where(column.in_(digests))))
    return found | {digest for digest in digests - found if _in_text(digest)}


def used_by_readers(digests: set[str]) -> set[str]:
    """Those digests that a claim, a request or a letter uses."""
    queries = (select(table.digest).where(table.digest.in_(digests)) for table in (Claim, Hold, TipFile))
    return {digest for query in queries for digest in db.session.scalars(query)}


def _in_text(digest: str) -> bool:
    """Whether a text, of an article, a company page or a revision, or the photos of one has this digest.

    The versions of an article that was deleted for good keep their words, not their photos.
    """
    beside = Revision.photos.cast(String).contains(digest, autoescape=True)
    uses = {table: table.body.contains(digest, autoescape=True) for table in (Post, Page, Revision)}
    erased = select(Post.id).where(Post.erased_at.is_not(None))
    uses[Revision] = and_(or_(uses[Revision], beside), Revision.post_id.not_in(erased))
    return any(db.session.scalar(select(table.id).where(use).limit(1)) for table, use in uses.items())


def _is_old(path: Path) -> bool:
    """Whether a file is unchanged for FILES_KEPT; False if another process has deleted it."""
    try:
        return path.stat().st_mtime < time.time() - FILES_KEPT.total_seconds()
    except FileNotFoundError:
        return False
