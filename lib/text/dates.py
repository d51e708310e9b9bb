"""Time zones, moments as pages say them, and days as addresses carry them."""

from datetime import UTC, date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo


@cache
def zone(name: str) -> ZoneInfo:
    """A time zone by its name, as Asia/Seoul."""
    return ZoneInfo(name)


class Clock:
    """How moments are said in one time zone. A page says dozens of them, many of them twice."""

    def __init__(self, zone: ZoneInfo):
        self.zone = zone
        self.moment, self.iso = lru_cache(500)(self._moment), lru_cache(500)(self._iso)

    def _moment(self, value: datetime) -> str:
        """2026-11-23 09:12."""
        return value.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def clock(self, value: datetime) -> str:
        """09:12."""
        return value.astimezone(self.zone).strftime("%H:%M")

    def day(self, value: datetime | date) -> str:
        """2026-11-23."""
        return (value.astimezone(self.zone) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")

    def short_day(self, value: datetime) -> str:
        """11-23; with the year where it is not this one."""
        here = value.astimezone(self.zone)
        return here.strftime("%m-%d" if here.year == self.today().year else "%Y-%m-%d")

    def _iso(self, value: datetime) -> str:
        """For `<time datetime>`, with the offset."""
        return value.astimezone(self.zone).isoformat(timespec="seconds")

    def today(self) -> date:
        """The day it is there."""
        return datetime.now(UTC).astimezone(self.zone).date()


def day_of(typed: str, first_year: int, last_year: int) -> date | None:
    """The day of `2026-11-23`, `2026-11` or `2026`; none for anything else, or outside these years."""
    parts = [*typed.split("-"), "1", "1"][:3] if len(typed) <= 10 and typed.isascii() else []
    if not all(part.isdigit() for part in parts):
        return None
    try:
        found = date(*(int(part) for part in parts))
    except (ValueError, TypeError):
        return None
    return found if first_year <= found.year <= last_year else None
