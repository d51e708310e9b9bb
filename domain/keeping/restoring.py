"""Restoring a backup: everything in it is checked before anything of the data folder is moved."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from domain.keeping import backup_contents, backups
from domain.keeping.backup_contents import BESIDE, DATABASES, KEY, NEWS, SETTINGS, VISITORS, Places
from domain.keeping.file_copies import copy_file
from lib.files import scratch
from lib.files.archives import listed, sealed
from lib.files.archives.sealed import Damaged
from lib.sqlite import copying
from lib.sqlite.driver import sqlite3
from models import Refused

Progress = Callable[[int], Any]
_SIDE_FILES = ("", "-wal", "-shm", "-journal")


def check(path: Path, known: set[str]) -> dict[str, Any]:
    """Read a backup once, and return its manifest.

    :param known: the revisions of the database that this program can migrate
    :raises Refused: it is cut or changed, or was made by a newer program
    """
    with _damage_told():
        sealed.check(path)
        manifest = listed.read_manifest(path)
        if not isinstance(manifest.get("format"), int) or not isinstance(manifest.get("rows"), dict):
            raise Damaged(listed.MANIFEST)
    if manifest["format"] > backups.FORMAT or manifest.get("revision") not in known:
        raise Refused(
            _("This backup was made by a newer version of the program. Please update the program first.")
        )
    return manifest


@contextmanager
def restored(places: Places, path: Path, known: set[str], stamp: str, progress: Progress) -> Iterator[Path]:
    """Put a backup into the data folder, and yield the folder in which the data from before were set aside.

    When the caller fails, the data from before are back in their place.

    :param stamp: the end of that folder's name
    :raises Refused: the paper is open, or the backup cannot be used; nothing has changed
    """
    if copying.is_open_elsewhere(places.news_file):
        raise Refused(_("The paper is open. Please stop it first."))
    manifest = check(path, known)
    aside = places.data / f"set-aside-{stamp}"
    with backups.working(places.data) as folder:
        backups.require_space(places.data, manifest["bytes"])
        unpack(places, path, folder, progress)
        os.sync()
        moves: list[tuple[Path, Path]] = []
        try:
            for source, target in _moves(places, folder, aside, brings_secrets=bool(manifest.get("secrets"))):
                target.parent.mkdir(exist_ok=True)
                source.rename(target)
                moves.append((source, target))
            scratch.sync_folder(places.data)
            yield aside
        except BaseException:
            for source, target in reversed(moves):
                target.rename(source)
            with suppress(OSError):
                aside.rmdir()
            raise


def _moves(places: Places, folder: Path, aside: Path, *, brings_secrets: bool) -> Iterator[tuple[Path, Path]]:
    """What is to be renamed, in this order: the old away, the new in its place, the news last.

    Settings and key of the folder stay, unless the backup brings secrets: machines may differ in them.
    """
    own = [name for name in (SETTINGS, KEY) if (places.data / name).exists() and not brings_secrets]
    singles = [name for name in (SETTINGS, KEY) if name not in own and (folder / name).exists()]
    tops = [top.name for top in places.file_folders]
    databases = [name + suffix for name in DATABASES for suffix in _SIDE_FILES]
    for name in (*databases, *tops, *singles):
        if (places.data / name).exists():
            yield places.data / name, aside / name
    for name in (*tops, *singles, VISITORS, NEWS):
        if (folder / name).exists():
            yield folder / name, places.data / name


def unpack(places: Places, path: Path, folder: Path, progress: Progress, *, with_files: bool = True) -> None:
    """Write what is in a backup, and what belongs to it beside it, into an empty folder.

    :param with_files: whether files of the paper are written too; else they are only compared
    :raises Refused: something in it or beside it is damaged
    """
    with _damage_told():
        listed.unpack(
            path,
            folder,
            lambda name: backup_contents.is_name(places, name),
            lambda name: with_files or "/" not in name,
            progress,
        )
        if missing := [name for name in DATABASES if not (folder / name).exists()]:
            raise Damaged(missing[0])
        if (folder / BESIDE).exists():
            _take_beside(places, path.parent, folder, progress, with_files=with_files)


def _take_beside(places: Places, source: Path, folder: Path, progress: Progress, *, with_files: bool) -> None:
    for sha256, name in listed.lines(folder / BESIDE):
        if not (backup_contents.is_name(places, name) and "/" in name):
            raise Damaged(BESIDE)
        if not (source / name).is_file():
            raise Refused(_("%(name)s belongs to this backup and is missing beside it.", name=name))
        if with_files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            found = copy_file(source / name, folder / name, progress)
        else:
            found = listed.digest(source / name, progress)
        if found != sha256:
            raise Damaged(name)


def drill(places: Places, path: Path, known: set[str], progress: Progress) -> list[str]:
    """Restore a backup into a scratch folder.

    :returns: what is wrong with it; empty: nothing
    """
    with backups.working(places.backup_folder) as folder:
        try:
            manifest = check(path, known)
            backups.require_space(places.backup_folder, manifest["bytes"])
            unpack(places, path, folder, progress, with_files=False)
            return list(_differences(folder, manifest))
        except (Refused, sqlite3.DatabaseError) as error:
            return [str(error)]


def _differences(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    for name in DATABASES:
        yield from (f"{name}: {problem}" for problem in copying.problems(folder / name))
        rows = copying.counts(folder / name)
        if rows != manifest["rows"].get(name):
            yield _("%(name)s does not have the rows that it had.", name=name)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except Damaged as damaged:
        raise Refused(
            _("This is no whole backup of a paper: %(name)s is cut, changed or missing.", name=damaged)
        ) from damaged
