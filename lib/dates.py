"""Time zones, and days as addresses carry them."""

from datetime import date
from functools import cache
from zoneinfo import ZoneInfo


@cache
def zone(name: str) -> ZoneInfo:
    """A time zone by its name, as Asia/Seoul."""
    return ZoneInfo(name)


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
