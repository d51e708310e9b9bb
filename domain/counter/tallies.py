"""Counts by name for a day, a month, a year and ever, added to when something happens: no query has to sum.

Kinds: `section` (id) and `post` (id) by views; `device`, `language` and `referrer` (host) by visitors, at
their first beat of a day; `word` (search words) by address blocks of visitors; `robot` (name) by beats.
A post's days are in PostDay and its sum in PostViews instead.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Connection, delete, exists, func, literal_column, select

from database import db
from domain.counter.models import HiddenWord, Tally
from domain.counter.sums import adding, insert_new
from lib.text import plain
from lib.text.folding import fold

EVER = date(1970, 1, 1)  # where the span "ever" starts
MOST_NAMES = 1000  # of one kind and day, where strangers choose the names
OTHER = "…"
KNOWN_BY = 3  # address blocks that searched for a word on one day before it is shown: it identifies nobody
LONGEST_WORDS = 40
_PRIVATE = re.compile(r"@|://|www\.|\d(?:[\W_]*\d){6}")  # addresses, telephone and registration numbers


def starts(day: date) -> dict[str, date]:
    """Start of the day, month, year and of "ever" that contain this day."""
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1), "ever": EVER}


def add(
    connection: Connection,
    day: date,
    names: Iterable[tuple[str, str]],
    spans: tuple[str, ...] = ("day", "month", "year", "ever"),
    count: int = 1,
) -> None:
    """Add to the tallies of these names.

    :param connection: inside a writing transaction in the visitors database
    :param names: (kind, name)
    """
    start_of = starts(day)
    rows = [
        {"kind": kind, "span": span, "start": start_of[span], "name": name, "count": count}
        for kind, name in names
        for span in spans
    ]
    if rows:
        connection.execute(adding(connection, Tally, "count"), rows)


def add_bounded(connection: Connection, day: date, names: Iterable[tuple[str, str]]) -> None:
    """Add to the tallies of names that strangers choose: OTHER once the day has MOST_NAMES of a kind."""
    add(connection, day, [(kind, _bounded(connection, kind, day, name)) for kind, name in names])


def searchable(words: str) -> str:
    """Search words as they are compared and shown; "" for what may be private (an address, a long number).

    What finds the same is one word: 초ㆍ중 and 초·중, Café and cafe.
    """
    words = plain.line(fold(plain.line(words)))
    return "" if len(words) > LONGEST_WORDS or _PRIVATE.search(words) else words


def add_word(connection: Connection, day: date, word: str) -> None:
    """Count one more address block that searched for a word today. Longer spans start at KNOWN_BY."""
    if _bounded(connection, "word", day, word) != word:
        return
    row = {"kind": "word", "span": "day", "start": day, "name": word, "count": 1}
    insert = adding(connection, Tally, "count").returning(Tally.count)
    count = connection.execute(insert, row).scalar_one()
    if count >= KNOWN_BY:
        more = KNOWN_BY if count == KNOWN_BY else 1
        add(connection, day, [("word", word)], ("month", "year", "ever"), more)


def popular_words(day: date, days: int, limit: int) -> list[str]:
    """The words most visitors searched for, of days with at least KNOWN_BY, without those the editor hides.

    :param day: the last of the days
    """
    query = (
        select(Tally.name)
        .where(Tally.kind == "word", Tally.span == "day", Tally.count >= KNOWN_BY)
        .where(Tally.start > day - timedelta(days=days), Tally.start <= day)
        .where(~exists().where(HiddenWord.word == Tally.name))
        .group_by(Tally.name)
        .order_by(func.sum(Tally.count).desc(), Tally.name)
    )
    return list(db.session.scalars(query.limit(literal_column(str(limit)))))


def hide(connection: Connection, word: str) -> None:
    """Hide a word from readers."""
    insert_new(connection, HiddenWord, word=word)


def show(connection: Connection, word: str) -> None:
    """Undo `hide`."""
    connection.execute(delete(HiddenWord).where(HiddenWord.word == word))


def purge(connection: Connection, day: date) -> None:
    """Delete the words of earlier days that fewer than KNOWN_BY visitors searched for."""
    is_daily_word = (Tally.kind == "word", Tally.span == "day")
    connection.execute(delete(Tally).where(*is_daily_word, Tally.start < day, Tally.count < KNOWN_BY))


def _bounded(connection: Connection, kind: str, day: date, name: str) -> str:
    """The name, or OTHER if it is new and the day has too many."""
    of_day = select(Tally.name).where(Tally.kind == kind, Tally.span == "day", Tally.start == day)
    if connection.scalar(select(exists(of_day.where(Tally.name == name)))):
        return name
    names = connection.scalar(select(func.count()).select_from(of_day.limit(MOST_NAMES).subquery())) or 0
    return name if names < MOST_NAMES else OTHER
