"""The table of results against what is owed (docs/performance.md), in Markdown."""

import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from serving import ROOT

from lib.sqlite.driver import sqlite3


@dataclass(frozen=True)
class Row:
    title: str
    measured: str
    owed: str
    met: bool


class Table:
    def __init__(self) -> None:
        self.rows: list[Row] = []

    @property
    def met(self) -> bool:
        return all(row.met for row in self.rows)

    def add(self, row: Row) -> None:
        self.rows.append(row)

    def progress(self, what: str) -> None:
        """Print what is being measured, on one line of the terminal."""
        start, end = ("\r\033[K", "") if sys.stderr.isatty() else ("", "\n")
        print(f"{start}{what}", end=end, file=sys.stderr, flush=True)

    def __str__(self) -> str:
        lines = [
            f"| {row.title} | {row.measured} | {row.owed} | {'yes' if row.met else '**no**'} |"
            for row in self.rows
        ]
        return "\n".join(["|  | measured | owed | met |", "| --- | --- | --- | --- |", *lines])


def circumstances() -> str:
    """What the figures depend on: processor, versions, commit, day."""
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    describe = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(describe, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    parts = (
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()})",
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",  # type: ignore[attr-defined]
        f"one worker, commit {commit}, {datetime.now(UTC):%Y-%m-%d}",
    )
    return ", ".join(parts)
