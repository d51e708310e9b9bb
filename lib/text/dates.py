"""Time zones, moments as pages show them, and days in addresses."""

from datetime import UTC, date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo


@cache
def zone(name: str) -> ZoneInfo:
    """A time zone by its name, such as Asia/Seoul."""
    return ZoneInfo(name)


class Clock:
    """Formats moments in one time zone. The formats that a page uses dozens of times are cached."""

    def __init__(self, zone: ZoneInfo):
        self.zone = zone
        self.moment, self.iso = lru_cache(500)(self._moment), lru_cache(500)(self._iso)

    def _moment(self, value: datetime) -> str:
        """2026-11-23 09:12."""
        return value.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def short_moment(self, value: datetime, after: datetime | None = None) -> str:
        """11.23 09:12, or 2025.11.23 09:12 if it is not of this year; 09:12 on the day of `after`."""
        local = value.astimezone(self.zone)
        if after and after.astimezone(self.zone).date() == local.date():
            return local.strftime("%H:%M")
        return local.strftime("%m.%d %H:%M" if local.year == self.today().year else "%Y.%m.%d %H:%M")

    def clock(self, value: datetime) -> str:
        """09:12."""
        return value.astimezone(self.zone).strftime("%H:%M")

    def day(self, value: datetime | date) -> str:
        """2026-11-23."""
        return (value.astimezone(self.zone) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")

    def is_today(self, value: datetime) -> bool:
        return value.astimezone(self.zone).date() == self.today()

    def dotted_day(self, value: datetime) -> str:
        """11.28, or 2025.11.28 if it is not of this year."""
        local = value.astimezone(self.zone)
        return local.strftime("%m.%d" if local.year == self.today().year else "%Y.%m.%d")

    def short_day(self, value: datetime) -> str:
        """11-23, or 2025-11-23 if it is not of this year."""
        local = value.astimezone(self.zone)
        return local.strftime("%m-%d" if local.year == self.today().year else "%Y-%m-%d")

    def _iso(self, value: datetime) -> str:
        """For `<time datetime>`: ISO 8601 with the offset."""
        return value.astimezone(self.zone).isoformat(timespec="seconds")

    def today(self) -> date:
        """The current day in this time zone."""
        return datetime.now(UTC).astimezone(self.zone).date()


def day_of(text: str, first_year: int, last_year: int) -> date | None:
    """Parse `2026-11-23`, `2026-11` or `2026`. Returns None for anything else, or outside these years."""
    parts = [*text.split("-"), "1", "1"][:3] if len(text) <= 10 and text.isascii() else []
    if not all(part.isdigit() for part in parts):
        return None
    try:
        day = date(*(int(part) for part in parts))
    except (ValueError, TypeError):
        return None
    return day if first_year <= day.year <= last_year else None
