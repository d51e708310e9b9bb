"""Locks of files between processes (flock), which end with the process that holds them."""

import fcntl
from pathlib import Path


def is_held(path: Path) -> bool:
    """Whether another process holds the lock of this file. False if there is no such file."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
