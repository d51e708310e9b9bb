"""Which of the nightly backups stay: those of the last days, and one each of the last weeks and months."""

import re
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from pathlib import Path

from domain.keeping.backups import ENDING

DAYS, WEEKS, MONTHS = 7, 4, 12
_NIGHT = re.compile(r"maeul-(\d{4})-(\d\d)-(\d\d)" + re.escape(ENDING))
_BY_HAND = re.compile(r"maeul-(\d{4})(\d\d)(\d\d)-\d{6}" + re.escape(ENDING))


def name(day: date) -> str:
    """The name of the backup of a night."""
    return f"maeul-{day.isoformat()}{ENDING}"


def kept(days: Iterable[date]) -> set[date]:
    """Those of the days whose backups stay. A week or month is represented by its newest backup."""
    newest = sorted(set(days), reverse=True)
    return {
        *_first_of_each(newest, lambda day: day, DAYS),
        *_first_of_each(newest, lambda day: day.isocalendar()[:2], WEEKS),
        *_first_of_each(newest, lambda day: (day.year, day.month), MONTHS),
    }


def _first_of_each(days: list[date], key: Callable[[date], Hashable], most: int) -> list[date]:
    first: dict[Hashable, date] = {}
    for day in days:
        first.setdefault(key(day), day)
    return list(first.values())[:most]


def nights(folder: Path) -> dict[date, Path]:
    """The nightly backups of a folder, by their day."""
    found = {}
    for path in folder.glob(f"maeul-*{ENDING}"):
        if (match := _NIGHT.fullmatch(path.name)) and (day := _day(match)):
            found[day] = path
    return found


def oldest(folder: Path, today: date) -> date:
    """The day of the oldest backup that stays after that of today, those made by hand included."""
    by_hand = (_BY_HAND.fullmatch(path.name) for path in folder.glob(f"maeul-*{ENDING}"))
    days = [_day(match) for match in by_hand if match]
    return min([*kept([*nights(folder), today]), *filter(None, days)])


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(*map(int, match.groups()))
    except ValueError:  # a day that is none
        return None


def remove_old(folder: Path) -> None:
    """Delete the nightly backups that do not stay."""
    found = nights(folder)
    for day in found.keys() - kept(found):
        found[day].unlink(missing_ok=True)
