"""Several rows as one text, so that one query can ask for short lists beside other things."""

from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func

_FIELD, _ROW = "\x1f", "\x1e"  # separators: control characters, which are taken out of what is typed


def packed(*columns: Any) -> ColumnElement[str]:
    """The aggregate of these columns of all rows, in any order of the rows."""
    fields = [cast(column, String) for column in columns]
    return func.aggregate_strings(reduce(lambda text, field: text + _FIELD + field, fields), _ROW)


def unpacked(text: str | None) -> list[list[str]]:
    """The rows that were packed, each as the texts of its columns."""
    return [row.split(_FIELD) for row in text.split(_ROW)] if text else []
