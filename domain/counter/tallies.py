"""How often something of a kind was counted, in a day, a month, a year and ever: added to when it happens, so that no question has to sum.

Kinds: `section` (id) and `post` (id) by views; `device`, `language` and `referrer` (host) by visitors, as they came for the first
time that day; `word` (searched for) by visitors; `robot` (name) by knocks. The days of a post are PostDay, its sum PostViews.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, select

from database import upsert
from database.statement import Statement, once_a_dialect
from domain.counter.models import HiddenWord, Tally
from lib.text import plain
from models import now

EVER = date(1970, 1, 1)  # where the span "ever" starts
MOST_NAMES = 1000  # of one kind on one day, where others choose the names
OTHER = "…"
KNOWN_BY = 3  # visitors who searched for the same word on one day: from then on it tells of nobody
LONGEST_WORDS = 40
_PRIVATE = re.compile(r"@|://|www\.|\d[\d\s.-]{5,}\d")  # addresses, telephone and registration numbers

# What every first beat asks is put together once.
_OF_DAY = select(Tally.name).where(
    Tally.kind == bindparam("kind"), Tally.span == "day", Tally.start == bindparam("day")
)
_IS_KNOWN = select(exists(_OF_DAY.where(Tally.name == bindparam("name"))))
_HOW_MANY = select(func.count()).select_from(_OF_DAY.limit(MOST_NAMES).subquery())


def starts(day: date) -> dict[str, date]:
    """Span to the start of the one this day lies in."""
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1), "ever": EVER}


def add(
    connection: Connection,
    day: date,
    names: Iterable[tuple[str, str]],
    spans: tuple[str, ...] = ("day", "month", "year", "ever"),
    count: int = 1,
) -> None:
    """Count these once more.

    :param connection: a writing transaction in the visitors database
    :param names: (kind, name)
    """
    when = starts(day)
    rows = [
        {"kind": kind, "span": span, "start": when[span], "name": name, "count": count}
        for kind, name in names
        for span in spans
    ]
    if rows:
        connection.execute(_adding(connection), rows)


def bounded(connection: Connection, kind: str, day: date, name: str) -> str:
    """The name, or OTHER when this day has too many already: strangers choose them."""
    of_day = {"kind": kind, "day": day, "name": name}
    if connection.scalar(_IS_KNOWN, of_day):
        return name
    return name if (connection.scalar(_HOW_MANY, of_day) or 0) < MOST_NAMES else OTHER


def searchable(words: str) -> str:
    """Search words as they are compared and shown; empty for what might be somebody's own (an address, a long number)."""
    words = plain.line(words).casefold()
    return "" if len(words) > LONGEST_WORDS or _PRIVATE.search(words) else words


def add_word(connection: Connection, day: date, word: str) -> None:
    """One more visitor of this day searched for it. Months know of it only when enough have: few are told from one by nobody."""
    if bounded(connection, "word", day, word) != word:
        return
    row = {"kind": "word", "span": "day", "start": day, "name": word, "count": 1}
    count = connection.execute(_adding(connection).returning(Tally.count), row).scalar_one()
    if count >= KNOWN_BY:
        add(
            connection, day, [("word", word)], ("month", "year", "ever"), KNOWN_BY if count == KNOWN_BY else 1
        )


def popular_words(day: date, days: int, limit: int) -> list[str]:
    """What most visitors searched for lately, the most first: only words of days on which enough did, and none the editor hides.

    :param day: the last of the days
    """
    return [name for (name,) in _popular_words(limit)(day_before=day - timedelta(days=days), day=day)]


@cache
def _popular_words(limit: int) -> Statement:
    day = Tally.__table__.c.start.type
    lately = (Tally.start > bindparam("day_before", type_=day), Tally.start <= bindparam("day", type_=day))
    question = select(Tally.name).where(
        Tally.kind == "word", Tally.span == "day", *lately, Tally.count >= KNOWN_BY
    )
    question = question.where(~exists().where(HiddenWord.word == Tally.name)).group_by(Tally.name)
    return Statement(question.order_by(func.sum(Tally.count).desc(), Tally.name).limit(limit), "visitors")


def hide(connection: Connection, word: str) -> None:
    """Readers are not shown this word any more."""
    insert = upsert(HiddenWord.__table__, connection.dialect.name).values(word=word, hidden_at=now())
    connection.execute(insert.on_conflict_do_nothing())


def show(connection: Connection, word: str) -> None:
    """Readers may be shown this word again."""
    connection.execute(delete(HiddenWord).where(HiddenWord.word == word))


def purge(connection: Connection, day: date) -> None:
    """Words of days gone by that too few searched for."""
    few = delete(Tally).where(
        Tally.kind == "word", Tally.span == "day", Tally.start < day, Tally.count < KNOWN_BY
    )
    connection.execute(few)


@once_a_dialect
def _adding(connection: Connection) -> Any:
    insert = upsert(Tally.__table__, connection.dialect.name)  # type: ignore[arg-type]
    more = {"count": Tally.count + insert.excluded.count}
    return insert.on_conflict_do_update(index_elements=["kind", "span", "start", "name"], set_=more)
