"""How the server is: free disk, jobs that failed or do not run, the version of the program."""

import shutil
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select

from database import db
from domain.keeping.models import JobRun
from models import now

LEAST_FREE = 1_000_000_000  # bytes
LATE = timedelta(days=1)  # since the jobs of every few minutes ran last


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


def failed_jobs() -> list[str]:
    """The names of the regular jobs whose last run failed."""
    return list(db.session.scalars(select(JobRun.name).where(JobRun.error != "").order_by(JobRun.name)))


def are_jobs_late() -> bool:
    """Whether jobs have run before and have not for LATE: no timer runs, or the server's thread ended."""
    last = db.session.scalar(select(JobRun.started_at).order_by(JobRun.started_at.desc()).limit(1))
    return last is not None and last < now() - LATE


@cache
def version(root: Path) -> str:
    """The version of the program.

    :param root: its folder
    """
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
