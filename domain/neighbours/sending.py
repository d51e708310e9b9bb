"""Forms that are sent twice: the second send finds what the first one added."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from database import db

Row = TypeVar("Row")


def add_once(row: Row, find_sent: Callable[[], Row | None]) -> Row:
    """Add a row, or return the one that the same form has already added.

    :param find_sent: finds it by a unique key of the row
    """
    try:
        with db.session.begin_nested():  # so that the transaction survives a key that is taken
            db.session.add(row)
    except IntegrityError:  # another thread has sent the same form at the same moment
        if sent := find_sent():
            return sent
        raise
    return row
