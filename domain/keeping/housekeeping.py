"""What is thrown away in time: logins that ended, wrong passwords of yesterday, pictures that never reached an article."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Select, delete, select

from database import db
from lib.files.store import Store
from models import Attachment, Login, LoginFailure, Page, Photo, Post, now

FAILURES_KEPT = timedelta(days=1)
UNUSED_KEPT = timedelta(days=2)  # somebody may still be writing the article


def purge_rows() -> dict[str, int]:
    """Delete what ran out. Returns how many logins and photos went; the caller commits before it purges files."""
    ended = db.session.execute(delete(Login).where(Login.expires_at <= now()).returning(Login.id))
    logins = len(ended.all())
    db.session.execute(delete(LoginFailure).where(LoginFailure.failed_at <= now() - FAILURES_KEPT))
    unused = [photo for photo in db.session.scalars(_never_attached()) if not _in_words(photo.digest)]
    for photo in unused:
        db.session.delete(photo)
    db.session.flush()
    return {"logins": logins, "photos": len(unused)}


def purge_files(store: Store) -> int:
    """Remove the files no row names, and halves of files, once they are older than UNUSED_KEPT. Returns how many."""
    return sum(
        _remove(path)
        for folder in sorted(store.folder.glob("??"))
        if folder.is_dir()
        for path in _nameless(folder)
    )


def _never_attached() -> Select[Photo]:
    covers = select(Post.cover_id).where(Post.cover_id.is_not(None))
    return select(Photo).where(
        Photo.post_id.is_(None), Photo.created_at <= now() - UNUSED_KEPT, Photo.id.not_in(covers)
    )


def _nameless(folder: Path) -> Iterator[Path]:
    """Old files of a folder whose digest stands in no row."""
    old = [path for path in folder.iterdir() if path.is_file() and _is_old(path)]
    named = _named({_digest(path) for path in old})
    return (path for path in old if _digest(path) not in named)


def _digest(path: Path) -> str:
    """What comes before the width or the ending; nothing for a half of a file, which begins with a dot."""
    return path.name.split(".")[0].split("-")[0]


def _named(digests: set[str]) -> set[str]:
    """Those of them that a photo, an attachment or a text names."""
    digests = digests - {""}
    found: set[str] = set()
    for table in (Photo, Attachment):
        found.update(db.session.scalars(select(table.digest).where(table.digest.in_(digests))))
    return found | {digest for digest in digests - found if _in_words(digest)}


def _in_words(digest: str) -> bool:
    """Whether an article or a company page shows it in its text."""
    return any(
        db.session.scalar(select(table.id).where(table.body.contains(digest, autoescape=True)).limit(1))
        is not None
        for table in (Post, Page)
    )


def _is_old(path: Path) -> bool:
    return path.stat().st_mtime < time.time() - UNUSED_KEPT.total_seconds()


def _remove(path: Path) -> bool:
    """Whether it is gone. Somebody may have stored it again in the meantime."""
    if not _is_old(path):
        return False
    path.unlink(missing_ok=True)
    return True
