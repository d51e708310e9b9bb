"""Files named by the hash of their content: the content of a name never changes."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from lib.files import private


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
        private.make_folder(path.parent)
        partial = path.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            private.follow_folder(path.parent, partial)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return path

    def take(self, stream: BinaryIO, most: int) -> tuple[str, int]:
        """Store a large file under the hash of its content, without holding it in memory.

        :param most: bytes
        :returns: the hash and the size in bytes
        :raises ValueError: it is larger
        :raises OSError: the disk is full or the folder is not writable
        """
        digest, size = hashlib.sha256(), 0
        partial = self.folder / "00" / f".{secrets.token_hex(8)}"  # where housekeeping finds what was cut off
        private.make_folder(partial.parent)
        try:
            with partial.open("wb") as file:
                while content := stream.read(1 << 20):
                    size += len(content)
                    if size > most:
                        raise ValueError("too large")
                    digest.update(content)
                    file.write(content)
                file.flush()
                os.fsync(file.fileno())
            path = self.path(digest.hexdigest())
            private.make_folder(path.parent)
            private.follow_folder(path.parent, partial)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return digest.hexdigest(), size
