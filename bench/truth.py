"""Expected numbers of the counter: plain sets and sums of what the simulated people did.

It identifies browsers themselves, not the numbers they send, and shares no code with the app.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

SEOUL = timezone(timedelta(hours=9))
KNOWN_BY = 3  # visitors who searched for a word on one day before longer spans count it
Key = tuple[str, int]


@dataclass(frozen=True)
class Seen:
    """A browser's presence: the page it has open, and the time of its last beat."""

    member: int | None
    path: str
    at: datetime


@dataclass
class Truth:
    """:param window: how long a browser counts as online after a beat"""

    window: timedelta
    imported_total: int
    imported_peak: int
    at: datetime = datetime(2000, 1, 1, tzinfo=SEOUL)
    days: dict[date, Counter[str]] = field(default_factory=dict)
    hours: dict[tuple[date, int], Counter[str]] = field(default_factory=dict)
    seen: dict[date, set[Key]] = field(default_factory=dict)
    read: dict[tuple[date, Key], set[int]] = field(default_factory=dict)
    searched: dict[tuple[date, Key], set[str]] = field(default_factory=dict)
    views: Counter[tuple[date, int]] = field(default_factory=Counter)
    tallies: Counter[tuple[str, date, str]] = field(default_factory=Counter)
    present: dict[int, Seen] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.at.astimezone(SEOUL).date()

    def here(
        self,
        browser: int,
        member: int | None,
        path: str,
        post: int,
        section: int,
        words: str,
        block: str,
        arrival: dict[str, str],
    ) -> None:
        """Note a beat.

        :param path: empty if the page is not public
        :param post: the article, if it is visible; else 0
        :param block: the address, which counts search words once
        """
        keys: list[Key] = [("browser", browser), *([("member", member)] if member else [])]
        self._visit(keys, arrival)
        self.present[browser] = Seen(member, path, self.at)
        self._read(keys, post, section)
        if not words or not self._first_of(self.searched, keys, words):
            return
        if self._first_of(self.searched, [("block", block)], words):
            self.tallies["word", self.today, words] += 1

    def robot(self, name: str) -> None:
        self._sum("robots")
        self.tallies["robot", self.today, name] += 1

    def editor(self, browser: int) -> None:
        """The editor is not counted, and the browser's presence as a guest ends."""
        self.present.pop(browser, None)

    def still_here(self) -> list[Seen]:
        return [seen for seen in self.present.values() if seen.at > self.at - self.window]

    def counts(self) -> dict[str, int]:
        here = self.still_here()
        visitors = {day: sums["visitors"] for day, sums in self.days.items()}
        return {
            "guests": sum(seen.member is None for seen in here),
            "members": len({seen.member for seen in here} - {None}),
            "today": visitors.get(self.today, 0),
            "yesterday": visitors.get(self.today - timedelta(days=1), 0),
            "peak": max([self.imported_peak, *visitors.values()]),
            "total": self.imported_total + sum(visitors.values()),
        }

    def views_of(self, post: int) -> int:
        return sum(views for (_day, id_), views in self.views.items() if id_ == post)

    def spans(self) -> Counter[tuple[str, str, date, str]]:
        """Every tally by kind, span, start and name. Words of few visitors count for their day only."""
        found: Counter[tuple[str, str, date, str]] = Counter()
        for (kind, day, name), count in self.tallies.items():
            known = kind != "word" or count >= KNOWN_BY
            starts = {
                "day": day,
                "month": day.replace(day=1),
                "year": day.replace(month=1, day=1),
                "ever": date(1970, 1, 1),
            }
            for span, start in starts.items():
                if (known or (span == "day" and day == self.today)) and not (
                    kind == "post" and span in ("day", "ever")
                ):
                    found[kind, span, start, name] += count
        return found

    def _visit(self, keys: list[Key], arrival: dict[str, str]) -> None:
        seen = self.seen.setdefault(self.today, set())
        if not seen.intersection(keys):
            self._sum("visitors")
            self.tallies.update((kind, self.today, name) for kind, name in arrival.items() if name)
        if len(keys) > 1 and keys[1] not in seen:
            self._sum("members")
        seen.update(keys)

    def _read(self, keys: list[Key], post: int, section: int) -> None:
        if len(keys) > 1:  # what a browser has read counts as read by its member
            self.read.setdefault((self.today, keys[1]), set()).update(
                self.read.get((self.today, keys[0]), ())
            )
        if post and self._first_of(self.read, keys, post):
            self._sum("views")
            self.views[self.today, post] += 1
            self.tallies["post", self.today, str(post)] += 1
            self.tallies["section", self.today, str(section)] += 1

    def _first_of(self, done: dict[tuple[date, Key], set[Any]], keys: list[Key], what: Any) -> bool:
        of_each = [done.setdefault((self.today, key), set()) for key in keys]
        first = not any(what in of_one for of_one in of_each)
        for of_one in of_each:
            of_one.add(what)
        return first

    def _sum(self, name: str) -> None:
        self.days.setdefault(self.today, Counter())[name] += 1
        self.hours.setdefault((self.today, self.at.astimezone(SEOUL).hour), Counter())[name] += 1
