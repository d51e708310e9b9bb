"""Files named by the hash of their content: the content of a name never changes."""

import os
import secrets
from pathlib import Path


class Store:
    """A folder of such files, in subfolders by the first two letters of their names."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, name: str) -> Path:
        """The path of a file, whether it exists or not. Names come from us, never from a request."""
        return self.folder / name[:2] / name

    def put(self, name: str, content: bytes) -> Path:
        """Write a file atomically. When this returns, the file survives a power cut.

        :raises OSError: the disk is full or the folder is not writable
        """
        path = self.path(name)
        if path.exists():
            os.utime(path)  # housekeeping deletes old files only
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return path
