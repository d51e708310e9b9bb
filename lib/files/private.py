"""Files that only their owner may read."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def create_private_files_only() -> None:
    """Let this process, and those it starts, create files and folders that only their owner may read."""
    os.umask(0o077)


def share_with_group(folder: Path, parts: Iterable[Path]) -> None:
    """Let our group read these parts of a folder, now and later, and pass through the folder to them."""
    folder.chmod(0o710)
    for part in parts:
        part.mkdir(exist_ok=True)
        if stat.S_IMODE(part.stat().st_mode) != 0o750:  # what is in it was not written for our group
            for path in part.rglob("*"):
                path.chmod(0o750 if path.is_dir() else 0o640)
            part.chmod(0o750)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each with the rights of the one it is in."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        follow_folder(folder.parent, folder)


def follow_folder(folder: Path, path: Path) -> None:
    """Give a new file or folder the rights of the folder it is for; others than its group get none."""
    rights = folder.stat().st_mode & (0o750 if path.is_dir() else 0o640)
    path.chmod(rights | stat.S_IRUSR | stat.S_IWUSR)


def make_private(paths: Iterable[Path]) -> None:
    """Take the rights of group and others from these files and folders, as far as they exist and are ours.

    What is in a folder keeps its rights. Folders that everybody shares (sticky, as /tmp) keep theirs too.
    """
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            is_shared = status.st_mode & stat.S_ISVTX
            if status.st_uid == os.geteuid() and status.st_mode & 0o077 and not is_shared:
                path.chmod(status.st_mode & 0o700)
