"""Backups: one file each, whole or not there. What is in one: backup_contents.py. Restoring: restoring.py.

Files of the paper stand in it; or beside it, where many backups in one folder share them.
"""

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import Connection, delete, insert, select

from database import db
from domain.keeping import backup_contents, file_copies
from domain.keeping.backup_contents import BESIDE, KEY, SETTINGS, Places
from domain.keeping.models import BackupRun
from lib.files import locks, scratch
from lib.files.archives import listed
from lib.sqlite import revisions
from lib.sqlite.driver import sqlite3
from models import Refused, now

FORMAT = 1  # of the archive. A program refuses higher ones
SCRATCH, LOCK = ".maeul-backup-", ".maeul-backup"  # names in a folder of backups
ENDING = ".tar.zst"
ATTEMPTS = 3
NIGHT_ENDS = 3  # o'clock: backups are made from then on
DAY, WEEK = timedelta(hours=23), timedelta(days=6, hours=23)  # an hour less: jobs look once an hour
AFTER_FAILURE = timedelta(minutes=30)
_NEWEST_FIRST = select(BackupRun).order_by(BackupRun.id.desc())  # not by time: the clock may be set back
_MARGIN = 50_000_000  # bytes that stay free on the disk of a paper


@dataclass(frozen=True)
class Backup:
    """The last backup, or the last drill."""

    moment: datetime
    size: int  # bytes
    is_ok: bool
    problem: str  # what went wrong, as a sentence; also with one that was made and not carried elsewhere
    file: str
    kind: str
    is_made: bool = True  # also if it was not carried elsewhere


@dataclass(frozen=True)
class Order:
    """What is to be backed up how.

    :param settings: names and values that stand in files and environment, secrets only with a key
    :param key: that of the cookies, to have secrets in the backup; empty: none
    :param beside: whether files of the paper are copied into the folder of the target, unless they are there
    :param today: the paper's day
    :param oldest: the day of the oldest backup in that folder that stays, if files are to be deleted
    """

    places: Places
    settings: dict[str, Any]
    today: date
    key: str = ""
    beside: bool = False
    oldest: date | None = None
    progress: Callable[[int], Any] = field(default=lambda _size: None)


def last() -> Backup | None:
    """The last backup that was made or tried; None before the first."""
    return _last(BackupRun.kind != BackupRun.DRILL)


def last_drill() -> Backup | None:
    """The last restoring for a test; None before the first."""
    return _last(BackupRun.kind == BackupRun.DRILL)


def newest_runs(most: int = 20) -> list[Backup]:
    """Backups and drills, newest first."""
    rows = db.session.scalars(_NEWEST_FIRST.limit(most))
    return [_backup(row) for row in rows]


def _last(condition: Any) -> Backup | None:
    row = db.session.scalar(_NEWEST_FIRST.where(condition).limit(1))
    return row and _backup(row)


def _backup(row: BackupRun) -> Backup:
    problem = row.problem or row.hook_problem
    return Backup(row.ended_at, row.size, not problem, problem, row.file, row.kind, not row.problem)


def is_due(at: datetime, local: datetime) -> bool:
    """Whether the backup of this night is to be made: after three, once a day; after a failure twice an hour.

    :param local: the same moment on the paper's clock
    """
    row = db.session.scalar(_NEWEST_FIRST.where(BackupRun.kind == BackupRun.NIGHTLY).limit(1))
    if row is None:
        return True
    if row.problem:
        return not at - AFTER_FAILURE < row.started_at <= at
    return local.hour >= NIGHT_ENDS and row.started_at.astimezone(local.tzinfo).date() != local.date()


def is_drill_due(at: datetime) -> bool:
    """Whether a backup is to be restored for a test: every week, after a failure every day."""
    drill = last_drill()
    return drill is None or not at - (WEEK if drill.is_ok else DAY) < drill.moment <= at


def newest(folder: Path) -> Path | None:
    """The backup in this folder that was made last, by night or by hand."""
    found = folder.glob(f"maeul-*{ENDING}")
    return max(found, key=lambda path: (path.stat().st_mtime, path.name), default=None)


def sentence(error: Exception) -> str:
    """What went wrong, for the keeper."""
    if "SQLITE_FULL" in getattr(error, "sqlite_errorname", ""):
        return _("The disk is full.")
    if isinstance(error, sqlite3.Error):
        return _("A database cannot be read or written: %(why)s", why=error)
    if not isinstance(error, OSError):
        return str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The disk is full.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _("No right to read or write here: %(file)s", file=error.filename)
    return _("This cannot be read or written: %(file)s (%(why)s)", file=error.filename, why=error.strerror)


def record(connection: Connection, kind: str, started_at: datetime, **values: Any) -> None:
    """Add a run, and forget those of the year before the last.

    :param connection: of the visitors database, in a writing transaction
    :param values: columns of BackupRun
    """
    texts = {name: value[:500] if isinstance(value, str) else value for name, value in values.items()}
    row = {"kind": kind, "started_at": started_at, "ended_at": now()} | texts
    connection.execute(insert(BackupRun).values(**row))
    connection.execute(delete(BackupRun).where(BackupRun.started_at <= now() - BackupRun.KEPT))


def make(order: Order, target: Path) -> int:
    """Write a backup. Under its name stands a whole file or what was there before. Returns its size in bytes.

    :raises Refused: another one is being made in this folder, or there is too little space
    :raises OSError: the disk is full, or something cannot be read or written
    """
    with working(target.parent) as folder:
        _require_space(order, target.parent)
        backup_contents.copy_databases(order.places, folder, order.key, order.progress)
        backup_contents.write_settings(folder, order.settings, order.key)
        manifest = {
            "format": FORMAT, "made_at": now().isoformat(),
            "beside": order.beside, "secrets": bool(order.key),
            "revision": revisions.current(folder / backup_contents.NEWS),
            "rows": backup_contents.counts(folder),
        }  # fmt: skip
        for attempt in range(ATTEMPTS):
            try:
                _write(order, folder, target, manifest)
                break
            except FileNotFoundError:  # housekeeping has deleted it since it was listed
                if attempt == ATTEMPTS - 1:
                    raise
        return target.stat().st_size


def _write(order: Order, folder: Path, target: Path, manifest: dict[str, Any]) -> None:
    archive = folder / "archive"
    archive.unlink(missing_ok=True)
    names = _names(order, folder, target.parent)
    listed.write(archive, folder, names, _finder(order, folder), manifest, order.progress)
    scratch.move(archive, target)


@contextmanager
def working(parent: Path) -> Iterator[Path]:
    """Yield a scratch folder in a folder of backups, in which nobody else works meanwhile.

    :raises Refused: somebody does
    """
    parent.mkdir(parents=True, exist_ok=True)
    with locks.alone(parent / LOCK) as is_alone:
        if not is_alone:
            raise Refused(_("Another backup is being made or restored in this folder."))
        with scratch.folder(parent, SCRATCH) as folder:
            yield folder


def _names(order: Order, folder: Path, target: Path) -> Iterator[str]:
    """The name of each file in the archive. Copies what stands beside it."""
    if order.beside:
        with (folder / BESIDE).open("w", encoding="ascii") as beside:
            for sha256, name in file_copies.copy_new(
                order.places, target, order.today, order.oldest, order.progress
            ):
                beside.write(listed.line(sha256, name))
        yield BESIDE
    yield from (name for name in (*backup_contents.DATABASES, SETTINGS, KEY) if (folder / name).exists())
    if not order.beside:
        for source in backup_contents.folders(order.places):
            for file in backup_contents.files(source):
                yield (source / file).relative_to(order.places.data).as_posix()


def _finder(order: Order, folder: Path) -> Callable[[str], Path]:
    return lambda name: (order.places.data if "/" in name else folder) / name


def size_of(order: Order) -> int:
    """How many bytes go through a backup: for a progress bar."""
    databases = sum(file.stat().st_size for file in (order.places.news_file, order.places.visitors_file))
    return databases * 3 + (0 if order.beside else 2 * _size_of_files(order.places))


def _size_of_files(places: Places) -> int:
    folders = backup_contents.folders(places)
    return sum((folder / name).stat().st_size for folder in folders for name in backup_contents.files(folder))


def _require_space(order: Order, target: Path) -> None:
    databases = sum(file.stat().st_size for file in (order.places.news_file, order.places.visitors_file))
    needed = 2 * databases + (0 if order.beside else _size_of_files(order.places)) + _MARGIN
    require_space(target, needed)


def require_space(folder: Path, needed: int) -> None:
    """Refuse to begin what would fill the disk.

    :param needed: bytes
    """
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Refused(
            _(
                "Too little space: %(needed)s MB are needed in %(folder)s, %(free)s MB are free.",
                needed=-(-needed // 1_000_000), folder=folder, free=free // 1_000_000,
            )
        )  # fmt: skip


def usual_name() -> str:
    """The name of a backup made by hand, with its moment on the paper's clock."""
    return f"maeul-{format_datetime(now(), 'yyyyMMdd-HHmmss')}{ENDING}"
