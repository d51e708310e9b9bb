"""SQLite, the same for all of a process: of two libraries that have one file open, either drops the other's locks when it closes it
(https://sqlite.org/howtocorrupt.html, 2.2)."""

from typing import Any

try:
    import pysqlite3 as found  # SQLite before 3.51.3 can corrupt a WAL under concurrent checkpoints
except ImportError:  # pragma: no cover - platforms without its wheel
    import sqlite3 as found

sqlite3: Any = found
