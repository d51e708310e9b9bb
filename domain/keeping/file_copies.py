"""Files beside the archives of a folder: copied once, because their names are hashes of their content.

Each folder of copies has a list of their hashes (`sha256sum -c SHA256SUMS`). A file that the paper has
deleted stays as long as the oldest archive that may need it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from domain.keeping import backup_contents
from domain.keeping.backup_contents import Places
from lib.files import scratch
from lib.files.archives import listed

SUMS, GONE = "SHA256SUMS", "GONE"  # hashes of the copies; since when the paper has not had some of them


def copy_new(
    places: Places, target: Path, today: date, oldest: date | None, progress: Callable[[int], Any]
) -> Iterator[tuple[str, str]]:
    """Copy what is not there yet, and yield hash and name of each file of the paper.

    On the same disk a copy is a second name of the file: it would protect from nothing that this does not.

    :param oldest: the day of the oldest archive that stays; copies that were gone before it are deleted
    :raises OSError: the disk is full
    """
    for folder in backup_contents.folders(places):
        name = folder.relative_to(places.data).as_posix()
        names = backup_contents.files(folder)
        mirror = target / name
        if not names and not mirror.exists():
            continue
        mirror.mkdir(parents=True, exist_ok=True)
        known, there = _known(mirror), set(backup_contents.files(mirror))
        new = [file for file in names if file not in known or file not in there]
        for file in new:
            known[file] = copy_file(folder / file, mirror / file, progress)
        deleted = _forget(mirror, there - set(names), known, today, oldest)
        if new or deleted:
            scratch.sync_folder(mirror)
            _write(mirror / SUMS, "".join(listed.line(known[file], file) for file in sorted(known)))
        for file in names:
            yield known[file], f"{name}/{file}"


def _known(mirror: Path) -> dict[str, str]:
    if not (mirror / SUMS).exists():
        return {}
    return {name: sha256 for sha256, name in listed.lines(mirror / SUMS)}


def copy_file(source: Path, target: Path, progress: Callable[[int], Any]) -> str:
    """Copy a file so that it is there whole or not at all. Returns its hash."""
    partial = target.with_name(f".{target.name}")
    partial.unlink(missing_ok=True)
    try:
        os.link(source, partial)
    except OSError:  # another disk, or one that knows no second names
        shutil.copyfile(source, partial)
        scratch.sync(partial)
    sha256 = listed.digest(partial, progress)
    partial.replace(target)
    return sha256


def _forget(mirror: Path, gone: set[str], known: dict[str, str], today: date, oldest: date | None) -> bool:
    """Note which copies the paper does not have any more, and delete those that no archive needs."""
    gone -= {SUMS, GONE}
    since = {name: day for day, name in (line.split(" ") for line in _lines(mirror / GONE))}
    noted = {name: since.get(name, today.isoformat()) for name in gone}
    old = {name for name, day in noted.items() if oldest and day < oldest.isoformat()}
    for name in old:
        (mirror / name).unlink(missing_ok=True)
        known.pop(name, None)
    left = {name: day for name, day in noted.items() if name not in old}
    if left != since:
        _write(mirror / GONE, "".join(f"{day} {name}\n" for name, day in sorted(left.items())))
    return bool(old)


def _lines(path: Path) -> list[str]:
    return path.read_text("ascii").splitlines() if path.exists() else []


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}")
    partial.write_text(text, "ascii")
    scratch.sync(partial)
    scratch.move(partial, path)
