"""Statistics for the desk: sums by hour, day, week, month and year, and the largest tallies."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel import Locale, UnknownLocaleError
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from database import db
from domain.counter import referrers, tallies, visitors
from domain.counter.models import HiddenWord, PostDay, PostViews, Tally, VisitDay, VisitHour
from domain.neighbours.models import ActivityDay, ActivityHour
from domain.paper.models import FormerSection
from models import Post, Section, today

UNITS = ("hour", "day", "week", "month", "year")
MEASURES = ("visitors", "views", "members", "comments", "joins", "robots")
KINDS = ("post", "section", "referrer", "word", "device", "language", "robot")
FIRST_YEAR, LAST_YEAR = 1990, 2200
HOSTS = 5000  # referring hosts whose counts a page adds up by site: the largest


@dataclass(frozen=True)
class Period:
    """The days that one page of statistics shows."""

    unit: str  # hour (of a day), day (of a month), week or month (of a year), or year (all years)
    start: date
    end: date  # the first day after it

    @property
    def span(self) -> str:
        """The span of tallies that covers it."""
        return {"hour": "day", "day": "month", "week": "year", "month": "year", "year": "ever"}[self.unit]

    @property
    def before(self) -> "Period | None":
        """The period before; None for all years."""
        if self.unit == "year" or self.start.year <= FIRST_YEAR:
            return None
        return period(self.unit, self.start - timedelta(days=1))

    @property
    def after(self) -> "Period | None":
        """The period after, None if it has not begun."""
        return None if self.unit == "year" or self.end > today() else period(self.unit, self.end)


@dataclass(frozen=True)
class Bar:
    """The counts of one unit of a period."""

    start: Any  # the hour (0 to 23), or the first day
    counts: dict[str, int]  # by MEASURES; without those that are zero
    begun: bool = True


@dataclass(frozen=True)
class Line:
    """One line of a list of the largest tallies."""

    name: str  # as it is stored; of a site with several hosts the largest host
    count: int
    label: str  # as a person reads it
    address: str = ""  # of its page, if it has one
    hidden: bool = False


def period(unit: str, on: date) -> Period:
    """The period of this unit that contains a day."""
    if unit == "hour":
        return Period(unit, on, on + timedelta(days=1))
    if unit == "day":
        start = on.replace(day=1)
        return Period(unit, start, (start + timedelta(days=31)).replace(day=1))
    if unit in ("week", "month"):
        return Period(unit, date(on.year, 1, 1), date(on.year + 1, 1, 1))
    days = [db.session.scalar(select(func.min(table.day))) or on for table in (VisitDay, ActivityDay)]
    return Period(unit, date(min(on, *days).year, 1, 1), date(today().year + 1, 1, 1))


def bars(of: Period) -> list[Bar]:
    """Every unit of the period in order, empty ones included."""
    return _hours(of.start) if of.unit == "hour" else _days(of)


def sums(bars: Iterable[Bar]) -> Counter[str]:
    """Total counts of some bars, by MEASURES."""
    total: Counter[str] = Counter(dict.fromkeys(MEASURES, 0))
    for bar in bars:
        total.update(bar.counts)
    return total


def compared(of: Period, shown: Sequence[Bar]) -> tuple[list[Bar], Counter[str]] | None:
    """The bars of the period before, and their sums. None if there is no such period.

    The sums cover as many units as have begun in this period.
    """
    if (before := of.before) is None:
        return None
    earlier, is_over = bars(before), of.end <= today()
    return earlier, sums(earlier if is_over else earlier[: sum(bar.begun for bar in shown)])


def most(kind: str, of: Period, limit: int | None = 20) -> list[Line]:
    """The largest tallies, the largest first.

    :param kind: one of KINDS
    :param limit: None for all of them
    """
    start = tallies.starts(of.start)[of.span]
    if kind == "referrer":
        sites = referrers.added_up(_tallied(kind, of.span, start, limit and HOSTS))
        return [Line(host, count, _label(kind, name)) for host, count, name in sites[:limit]]
    if kind == "post" and of.span in ("day", "ever"):
        rows = _posts(of, limit)
    else:
        rows = _tallied(kind, of.span, start, limit)
    return _labelled(kind, rows)


def every_day() -> list[Bar]:
    """All days with counts, the earliest first."""
    return _daily(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 1, 1))


def _hours(day: date) -> list[Bar]:
    counts = defaultdict(dict)
    for table in (VisitHour, ActivityHour):
        for hour, row in _rows(table, table.day == day):
            counts[hour] |= row
    now = visitors.moment()
    return [Bar(hour, counts[hour], (day, hour) <= (now.day, now.hour)) for hour in range(24)]


def _days(of: Period) -> list[Bar]:
    days = (of.start + timedelta(days=number) for number in range((of.end - of.start).days))
    counts = {_start(of, day): Counter() for day in days}
    for bar in _daily(of.start, of.end):
        counts[_start(of, bar.start)].update(bar.counts)
    day = today()
    return [Bar(start, row, start <= day) for start, row in counts.items()]


def _start(of: Period, day: date) -> date:
    """The first day of the unit that contains a day. The first week of a year begins on 1 January."""
    if of.unit == "week":
        return max(of.start, day - timedelta(days=day.weekday()))
    return tallies.starts(day)[of.unit]


def _daily(start: date, end: date) -> list[Bar]:
    counts = defaultdict(dict)
    for table in (VisitDay, ActivityDay):
        for day, row in _rows(table, table.day >= start, table.day < end):
            counts[day] |= row
    return [Bar(day, row) for day, row in sorted(counts.items())]


def _rows(table: Any, *conditions: ColumnElement[bool]) -> Iterable[tuple[Any, dict[str, int]]]:
    """Hour or day of each row of a table of sums, and its counts."""
    key = "hour" if hasattr(table, "hour") else "day"
    names = [name for name in MEASURES if hasattr(table, name)]
    query = select(getattr(table, key), *(getattr(table, name) for name in names)).where(*conditions)
    return ((row[0], dict(zip(names, row[1:], strict=True))) for row in db.session.execute(query))


def _tallied(kind: str, span: str, start: date, limit: int | None) -> list[tuple[str, int]]:
    query = select(Tally.name, Tally.count).order_by(Tally.count.desc(), Tally.name).limit(limit)
    query = query.where(Tally.kind == kind, Tally.span == span, Tally.start == start)
    if kind == "word":
        query = query.where(Tally.count >= tallies.KNOWN_BY)
    return [(name, count) for name, count in db.session.execute(query)]


def _posts(of: Period, limit: int | None) -> list[tuple[str, int]]:
    table = PostViews if of.span == "ever" else PostDay
    query = select(table.post_id, table.views).order_by(table.views.desc(), table.post_id.desc())
    if table is PostDay:
        query = query.where(PostDay.day == of.start)
    return [(str(post_id), views) for post_id, views in db.session.execute(query.limit(limit))]


def _labelled(kind: str, rows: list[tuple[str, int]]) -> list[Line]:
    names = [name for name, _count in rows]
    if kind == "word":
        hidden = set(db.session.scalars(select(HiddenWord.word).where(HiddenWord.word.in_(names))))
        return [Line(name, count, name, hidden=name in hidden) for name, count in rows]
    if kind not in ("post", "section"):
        return [Line(name, count, _label(kind, name)) for name, count in rows]
    rows = _with_merged(rows) if kind == "section" else rows
    pages = _posts_by_name(names) if kind == "post" else _sections_by_name()
    return [Line(name, count, *pages.get(name, (_("(deleted)"), ""))) for name, count in rows]


def _posts_by_name(names: list[str]) -> dict[str, tuple[str, str]]:
    """Title and address of articles."""
    pages = {}
    for start in range(0, len(names), 500):
        here = Post.id.in_(map(int, names[start : start + 500]))
        query = select(Post.id, Post.title).where(here, Post.erased_at.is_(None))
        pages |= {str(id_): (title, f"/posts/{id_}") for id_, title in db.session.execute(query)}
    return pages


def _with_merged(rows: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Add the numbers of sections that were merged to those of the section that has their articles now."""
    query = select(FormerSection.id, FormerSection.section_id).where(FormerSection.section_id.is_not(None))
    heirs = {str(id_): str(heir_id) for id_, heir_id in db.session.execute(query)}
    counted: Counter[str] = Counter()
    for name, count in rows:
        counted[heirs.get(name, name)] += count
    return counted.most_common()


def _sections_by_name() -> dict[str, tuple[str, str]]:
    """Name and address of all sections."""
    query = select(Section.id, Section.name, Section.slug)
    return {str(id_): (name, f"/sections/{slug}") for id_, name, slug in db.session.execute(query)}


def _label(kind: str, name: str) -> str:
    if name == tallies.OTHER:
        return _("(others)")
    if kind == "device":
        return {"phone": _("Phone"), "tablet": _("Tablet"), "desktop": _("Computer")}.get(name, name)
    if kind == "language":
        try:
            return Locale.parse(name).get_display_name(get_locale()) or name
        except (UnknownLocaleError, ValueError):
            return name
    return name
