"""Files that only their owner may read."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def create_private_files_only() -> None:
    """Let this process, and those it starts, create files and folders that only their owner may read."""
    os.umask(0o077)


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
