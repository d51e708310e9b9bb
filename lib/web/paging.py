"""Pages of a long list: by number near its start, by the key of a row beyond, by month. All cost the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session, scoped_session

PAGE_KEYS = ("page", "before", "after", "oldest", "month")  # keys of an address that `read` knows
PAGE = 20  # rows on a page
NUMBERED = 10  # pages that have a number
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_ID = 2**63 - 1
Row = TypeVar("Row")


def newest_first(
    session: scoped_session[Session], query: Select[Row], id: Any, before: int | None, size: int
) -> tuple[Sequence[Row], bool]:
    """A page of rows by falling id, and whether older ones follow.

    :param id: the column of the ids
    :param before: the id of the last row of the page before; None or 0: the first page
    """
    older = query.where(id < (before or LARGEST_ID)).order_by(id.desc())
    found = session.scalars(older.limit(size + 1)).all()
    return found[:size], len(found) > size


@dataclass(frozen=True, order=True)
class Key:
    """The sort key of a row in a list: its moment, then its id."""

    moment: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.moment - EPOCH) // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Raises ValueError or OverflowError."""
        moment, _dash, number = text.rpartition("-")
        return cls(EPOCH + timedelta(microseconds=_signed(moment)), positive(number, LARGEST_ID))


@dataclass(frozen=True)
class PageRequest:
    """The page of a list that an address names: by number unless one of before, after and oldest is set.

    :param before: the key of a row, as `after`
    :param month: first day of a month; the other fields then refer to the list of that month
    """

    page: int = 1
    before: Any = None
    after: Any = None
    oldest: bool = False
    month: date | None = None

    @property
    def is_first(self) -> bool:
        """Whether this is the first page of the whole list."""
        return self == PageRequest()

    @property
    def is_numbered(self) -> bool:
        return self == PageRequest(self.page)

    @property
    def month_name(self) -> str:
        """2026-11, or empty."""
        return self.month.strftime("%Y-%m") if self.month else ""

    @property
    def canonical_query(self) -> str:
        """What this page adds to the address of its list; nothing where it has no lasting address."""
        if self.page > 1:
            return f"?page={self.page}"
        return f"?month={self.month_name}" if self.month else ""

    @property
    def is_by_key(self) -> bool:
        """Whether the address names a place that moves with every new row."""
        return bool(self.before or self.after or self.oldest)


@dataclass
class ListPage:
    """The keys of a page's rows, and the pages beside it.

    `number`, `numbers`: of this page (0: not a numbered one) and of the last numbered page.
    `newer`, `older`: query parameters of the pages beside it; empty if there is none.
    """

    keys: list[Any]
    number: int = 0
    numbers: int = 0
    newer: dict[str, str] = field(default_factory=dict)
    older: dict[str, str] = field(default_factory=dict)


class SelectKeys(Protocol):
    """Returns the newest keys between two, newest first; with `ascending` the oldest, oldest first."""

    def __call__(
        self, limit: int, *, before: Any = None, after: Any = None, ascending: bool = False
    ) -> list[Any]: ...


def read(arguments: Mapping[str, str], key: Callable[[str], Any] = Key.parse) -> PageRequest | None:
    """Return the page that an address names by `page`, or by `before`, `after`, `oldest`; and `month`.

    :param key: parses the key of a row
    :return: None if no list can have such a page
    """
    values = {name: arguments[name] for name in PAGE_KEYS if name in arguments}
    is_single = len(values.keys() - {"month"}) <= 1 and not values.keys() >= {"page", "month"}
    if not is_single or values.get("oldest", "1") != "1":
        return None
    try:
        return PageRequest(
            page=positive(values.get("page", "1"), NUMBERED),
            before=key(values["before"]) if "before" in values else None,
            after=key(values["after"]) if "after" in values else None,
            oldest="oldest" in values,
            month=_month(values["month"]) if "month" in values else None,
        )
    except (ValueError, OverflowError):
        return None


def find(request: PageRequest, select: SelectKeys) -> ListPage | None:
    """Return a page of a list, or None if it has no such page."""
    if request.is_numbered:
        return numbered(select(NUMBERED * PAGE + 1), request.page)
    ascending = request.oldest or request.after is not None
    keys = select(PAGE + 1, before=request.before, after=request.after, ascending=ascending)
    has_more = len(keys) > PAGE
    if request.after is not None and not has_more:  # at the newest: show the whole first page
        return find(PageRequest(month=request.month), select)
    if not keys:
        return None
    if ascending:
        has_newer, has_older = has_more, request.after is not None
    else:
        has_newer, has_older = request.before is not None, has_more
    page = ListPage(keys[PAGE - 1 :: -1] if ascending else keys[:PAGE])
    month = {"month": request.month_name} if request.month else {}
    if has_newer:
        page.newer = month | {"after": str(page.keys[0])}
    if has_older:
        page.older = month | {"before": str(page.keys[-1])}
    return page


def numbered(keys: list[Any], number: int) -> ListPage | None:
    """Return a numbered page of a list whose first keys are these."""
    page = ListPage(keys[(number - 1) * PAGE : number * PAGE], number, min(NUMBERED, -(-len(keys) // PAGE)))
    if number > max(1, page.numbers):
        return None
    if number > 1:
        page.newer = {"page": str(number - 1)}
    if len(keys) > number * PAGE:
        page.older = {"before": str(page.keys[-1])} if number == NUMBERED else {"page": str(number + 1)}
    return page


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


def _signed(text: str) -> int:
    """Parse a whole number, which is negative for a moment before 1970. Raises ValueError."""
    return -_digits(text[1:]) if text.startswith("-") else _digits(text)


def rowid(text: str) -> int:
    """Parse a rowid of the search index, which is negative for a moment before 1970. Raises ValueError."""
    number = _signed(text)
    if abs(number) >= LARGEST_ID:
        raise ValueError("no such row")
    return number


def positive(text: str, largest: int) -> int:
    """Parse a whole number from 1 to `largest`. Raises ValueError."""
    number = _digits(text)
    if not 0 < number <= largest:
        raise ValueError("no such number")
    return number


def _month(text: str) -> date:
    year, _dash, month = text.partition("-")
    if len(year) != 4 or len(month) != 2:
        raise ValueError("not a month")
    first_day = date(_digits(year), _digits(month), 1)
    if not 1900 <= first_day.year < 9000:
        raise ValueError("month out of range")
    return first_day
