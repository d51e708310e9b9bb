"""How the server is: free disk, the version of the program."""

import shutil
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEAST_FREE = 1_000_000_000  # bytes


@dataclass(frozen=True)
class Disk:
    """The disk that the data folder is on, in bytes."""

    free: int
    total: int

    @property
    def is_low(self) -> bool:
        return self.free < LEAST_FREE

    @property
    def free_gigabytes(self) -> str:
        return f"{self.free / 1_000_000_000:.1f}"


def disk(folder: Path) -> Disk:
    """The free space for a folder."""
    usage = shutil.disk_usage(folder)
    return Disk(usage.free, usage.total)


@cache
def version(root: Path) -> str:
    """The version of the program.

    :param root: its folder
    """
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
