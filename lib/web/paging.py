"""Where in a long list a reader is: page numbers near its start, keys of rows beyond, months. Cost never grows with depth."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

PLACES = ("page", "before", "after", "oldest", "month")  # keys of a query that `read` knows
NUMBERED = 10  # pages that have a number
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Key:
    """What a row of a list is sorted by: its moment, then its id."""

    moment: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.moment - EPOCH) // timedelta(microseconds=1)}-{self.id}"


@dataclass(frozen=True)
class PageRequest:
    """The part of a list that an address asks for. At most one of before, after and oldest is set; else it is a page by number.

    :param month: its first day; the other fields then mean the list of that month
    """

    page: int = 1
    before: Key | None = None
    after: Key | None = None
    oldest: bool = False
    month: date | None = None

    @property
    def is_first(self) -> bool:
        """The newest rows of the whole list."""
        return self == PageRequest()


def read(query: Mapping[str, str]) -> PageRequest:
    """What the query of an address asks for: `page`, or `before`, `after`, `oldest`; `month`.

    :raises ValueError: that is no page this list can have
    """
    given = {name: query[name] for name in PLACES if name in query}
    if len(given.keys() - {"month"}) > 1 or given.keys() >= {"page", "month"}:
        raise ValueError("more than one place")
    if given.get("oldest", "1") != "1":
        raise ValueError("oldest is 1 or not there")
    return PageRequest(
        page=_number(given.get("page", "1"), NUMBERED),
        before=_key(given["before"]) if "before" in given else None,
        after=_key(given["after"]) if "after" in given else None,
        oldest="oldest" in given,
        month=_month(given["month"]) if "month" in given else None,
    )


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def months(first: date, last: date) -> list[tuple[int, list[date]]]:
    """Every month from `first` to `last`, the latest first, by year: [(2026, [November's first day, …]), …]."""
    years: dict[int, list[date]] = {}
    for number in range(last.year * 12 + last.month - 1, first.year * 12 + first.month - 2, -1):
        years.setdefault(number // 12, []).append(date(number // 12, number % 12 + 1, 1))
    return list(years.items())


def _digits(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ValueError("not a number")
    return int(text)


def _number(text: str, largest: int) -> int:
    number = _digits(text)
    if not 0 < number <= largest:
        raise ValueError("no such number")
    return number


def _key(text: str) -> Key:
    moment, dash, number = text.partition("-")
    if not dash:
        raise ValueError("not a key")
    try:
        return Key(EPOCH + timedelta(microseconds=_digits(moment)), _number(number, LARGEST_ID))
    except OverflowError as error:
        raise ValueError("not a moment") from error


def _month(text: str) -> date:
    year, dash, month = text.partition("-")
    if not dash or len(year) != 4 or len(month) != 2:
        raise ValueError("not a month")
    found = date(_digits(year), _digits(month), 1)
    if not 1900 <= found.year < 9000:
        raise ValueError("not a month of ours")
    return found
