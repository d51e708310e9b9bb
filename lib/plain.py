"""Rows for pages that only read: what a model knows about itself, without its ties to a session.

An attribute of a mapped object asks its mapper every time, and making one from a row takes many times as long as reading the row.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

from sqlalchemy.orm import QueryableAttribute

Row = TypeVar("Row")
_OF_THE_MAPPER = {"metadata", "registry", "query", "query_class"}


@cache
def plain(model: type[Row]) -> type[Row]:
    """A class that answers as the model does (its properties, methods and constants). Columns are attributes like any other;
    relationships are there only where they were set."""
    answers: dict[str, Any] = {}
    for kind in reversed(model.__mro__[:-1]):
        answers |= {
            name: value
            for name, value in vars(kind).items()
            if not name.startswith("__") and not _is_mapped(name, value)
        }
    return type(f"Plain{model.__name__}", (), answers)  # type: ignore[return-value] # it answers as one


def maker(model: type[Row], names: Iterable[str] = ()) -> Callable[[Iterable[Any]], Row]:
    """What turns the values of a row into a plain object of the model.

    :param names: of the values; the columns of its table where none are given
    """
    kind: Any = plain(model)
    keys = tuple(names) or tuple(column.key for column in vars(model)["__table__"].columns)

    def make(values: Iterable[Any]) -> Row:
        made = kind()
        made.__dict__.update(zip(keys, values, strict=True))
        return made

    return make


def _is_mapped(name: str, value: Any) -> bool:
    return isinstance(value, QueryableAttribute) or name in _OF_THE_MAPPER or name.startswith("_sa_")
