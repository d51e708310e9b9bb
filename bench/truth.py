"""What the counter ought to say: plain sets and sums, kept beside the server from what people really did.

It knows people's browsers themselves, not the numbers they send, and shares no line with the paper.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

SEOUL = timezone(timedelta(hours=9))
KNOWN_BY = 3  # visitors who searched for a word on one day, until readers and months are told of it
Key = tuple[str, int]


@dataclass(frozen=True)
class Seen:
    """A browser that was here: what it has open, and when it was last seen."""

    member: int | None
    path: str
    at: datetime


@dataclass
class Truth:
    """:param window: how long a browser is here after it was seen"""

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
        arrival: dict[str, str],
    ) -> None:
        """Somebody looks at a page.

        :param path: empty where others need not know of the page
        :param post: the article, if it may be seen by everybody; else 0
        """
        keys: list[Key] = [("browser", browser), *([("member", member)] if member else [])]
        self._visit(keys, arrival)
        self.present[browser] = Seen(member, path, self.at)
        self._read(keys, post, section)
        if words and self._first_of(self.searched, keys, words):
            self.tallies["word", self.today, words] += 1

    def robot(self, name: str) -> None:
        self._sum("robots")
        self.tallies["robot", self.today, name] += 1

    def editor(self, browser: int) -> None:
        """Is not counted, nor any longer whom this browser was a moment ago."""
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
        """Every tally by kind, span, start and name: a word of few stays within its day, and goes with it."""
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
        if len(keys) > 1:  # what a browser has read, its member has read
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
