"""Pages of a long list: by number near its start, by the key of a row beyond, by month. All cost the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

PAGE_KEYS = ("page", "before", "after", "oldest", "month")  # keys of an address that `read` knows
NUMBERED = 10  # pages that have a number
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Key:
    """The sort key of a row in a list: its moment, then its id."""

    moment: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.moment - EPOCH) // timedelta(microseconds=1)}-{self.id}"


@dataclass(frozen=True)
class PageRequest:
    """The page of a list that an address names: by number unless one of before, after and oldest is set.

    :param month: first day of a month; the other fields then refer to the list of that month
    """

    page: int = 1
    before: Key | None = None
    after: Key | None = None
    oldest: bool = False
    month: date | None = None

    @property
    def is_first(self) -> bool:
        """Whether this is the first page of the whole list."""
        return self == PageRequest()


def read(arguments: Mapping[str, str]) -> PageRequest:
    """Return the page that an address names by `page`, or by `before`, `after`, `oldest`; and `month`.

    :raises ValueError: no list can have such a page
    """
    values = {name: arguments[name] for name in PAGE_KEYS if name in arguments}
    if len(values.keys() - {"month"}) > 1 or values.keys() >= {"page", "month"}:
        raise ValueError("more than one page")
    if values.get("oldest", "1") != "1":
        raise ValueError("oldest must be 1 or absent")
    return PageRequest(
        page=_number(values.get("page", "1"), NUMBERED),
        before=_key(values["before"]) if "before" in values else None,
        after=_key(values["after"]) if "after" in values else None,
        oldest="oldest" in values,
        month=_month(values["month"]) if "month" in values else None,
    )


def next_month(month: date) -> date:
    """Return the first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def months(first: date, last: date) -> list[tuple[int, list[date]]]:
    """Return the months from `first` to `last`, latest first, by year: [(2026, [date(2026, 11, 1), …])]."""
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
    first_day = date(_digits(year), _digits(month), 1)
    if not 1900 <= first_day.year < 9000:
        raise ValueError("month out of range")
    return first_day
