"""The one SQLite library of the process.

Two libraries that open the same file drop each other's locks when one of them closes it
(https://sqlite.org/howtocorrupt.html, 2.2).
"""

from typing import Any

try:
    import pysqlite3 as driver  # SQLite before 3.51.3 can corrupt a WAL under concurrent checkpoints
except ImportError:  # pragma: no cover - platforms without its wheel
    import sqlite3 as driver

sqlite3: Any = driver
