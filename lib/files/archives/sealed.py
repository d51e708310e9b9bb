"""A zstd file that ends with the SHA-256 of what stands before it.

The seal is a skippable frame, as the format foresees for such things: `zstd -d` and `tar --zstd` pass over
it. The checksum that zstd itself writes does not cover every byte of the file; the seal does.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

BLOCK = 1024 * 1024
_SEAL = b"\x50\x2a\x4d\x18\x20\x00\x00\x00"  # a skippable frame of 32 bytes
_SEAL_SIZE = len(_SEAL) + 32
_WINDOW = 2**27  # bytes: a file that wants more memory than this is none of ours


class Damaged(Exception):
    """The file is cut, changed or no archive at all."""


class _Hashed:
    """A file to write to, which hashes what it is given."""

    def __init__(self, file: BinaryIO):
        self.file = file
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return self.file.write(data)


@contextmanager
def writing(path: Path) -> Iterator[Any]:
    """Yield a file that compresses into `path`, which is on the disk when this ends.

    :raises OSError: the disk is full
    """
    import zstandard  # imported here, as below: 2 MB that a server needs at night only

    with path.open("xb") as file:
        hashed = _Hashed(file)
        compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
        with compressor.stream_writer(hashed, closefd=False) as writer:  # pyright: ignore[reportArgumentType]
            yield writer
        file.write(_SEAL + hashed.sha256.digest())
        file.flush()
        os.fsync(file.fileno())


def check(path: Path) -> None:
    """Read the whole file and compare it with its seal.

    :raises Damaged: it is cut or changed, or has no seal
    """
    left = path.stat().st_size - _SEAL_SIZE
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while left > 0 and (block := file.read(min(BLOCK, left))):
            sha256.update(block)
            left -= len(block)
        if left != 0 or file.read() != _SEAL + sha256.digest():
            raise Damaged(path.name)


@contextmanager
def reading(path: Path) -> Iterator[Any]:
    """Yield a file with the content of `path`, decompressed as it is read.

    :raises Damaged: it cannot be decompressed
    """
    import zstandard

    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    with path.open("rb") as file, decompressor.stream_reader(file) as reader:
        try:
            yield reader
        except zstandard.ZstdError as error:
            raise Damaged(path.name) from error
