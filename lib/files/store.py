"""Files named by the hash of their content, so that a name never means two things."""

import os
import secrets
from pathlib import Path


class Store:
    """A folder of such files, spread over subfolders by the first two letters of their names."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, name: str) -> Path:
        """Where a file of this name is, or would be. Names are ours: letters, digits, dash, dot."""
        return self.folder / name[:2] / name

    def put(self, name: str, content: bytes) -> Path:
        """Write a file whole or not at all; on return it survives a power cut.

        :raises OSError: the disk is full or the folder is not writable
        """
        path = self.path(name)
        if path.exists():
            os.utime(path)  # young again: who tidies up leaves young files alone
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            with half.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
        return path
