"""The two databases. Code outside this package reaches them in one of four ways:

1. `db.session` with mapped objects: whatever writes, and pages of one object.
2. `db.session.execute(select(columns…))` into frozen dataclasses: lists. What is read on nearly every page
   goes through `rows_of`: the same without what a session does for mapped objects, in half the time.
3. `visitors_transaction()`: one short writing transaction in the visitors database.
4. `DataVersion`: changes with every commit to the news. The page cache and the settings of the desk ask it.
"""

from database.engines import BUSY_TIMEOUT_MS, Base, Model, UTCDateTime, configure, db, write_intent
from database.transactions import (
    DataVersion,
    empty_wal,
    end_transaction,
    rows_of,
    truncate_wal,
    upsert,
    visitors_transaction,
)

__all__ = [
    "BUSY_TIMEOUT_MS",
    "Base",
    "DataVersion",
    "Model",
    "UTCDateTime",
    "configure",
    "db",
    "empty_wal",
    "end_transaction",
    "rows_of",
    "truncate_wal",
    "upsert",
    "visitors_transaction",
    "write_intent",
]
