"""Folders for work in progress, which vanish with it, and files that are there whole or not at all."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOCK = "in-use"


@contextmanager
def folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Yield a new, empty folder, deleted at the end. What a killed run has left there is deleted first.

    :param prefix: begins the names of these folders, and those of nothing else
    """
    parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(parent, prefix)
    scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        with (scratch / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def remove_leftovers(parent: Path, prefix: str) -> None:
    """Delete the folders of this kind in which nobody works any more."""
    for path in parent.glob(f"{prefix}*/"):
        try:
            with (path / _LOCK).open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
        except OSError:  # somebody works in it; or it is not ours to delete
            continue


def move(source: Path, target: Path) -> None:
    """Give a file that is on the disk its name. When this returns, the name is on the disk too."""
    source.replace(target)
    sync_folder(target.parent)


def sync_folder(path: Path) -> None:
    """Write the names in a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync(path: Path) -> None:
    """Write the content of a file to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
