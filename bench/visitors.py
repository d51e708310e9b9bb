"""Simulate thousands of visitors of a running server, and compare every number with the expected one.

Run: .venv/bin/python bench/visitors.py [--visitors 10000] [--seed 1] [--seconds 20]. Exits with 1 on a
difference.

The production server (two workers, behind one proxy) passes two midnights and the morning between them, in
steps of 25 seconds; one worker is killed, later all processes at once. A beat that the server is too busy
to count (none should be) is sent again, as the page would. At the end the CPU time of a thousand open tabs
is measured, with the real clock and one worker.
"""

import argparse
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import crowd
from clocked import set_clock
from counter_paper import IMPORTED, make_paper
from crowd import (
    HIDDEN,
    KINDS,
    POSTS,
    TICK,
    Lane,
    OpenPage,
    World,
)
from killable import Paper
from open_tabs import Measurement
from truth import SEOUL, Truth

LANES = 6
EXACT_EVERY, PAGES_EVERY, RECONNECT_EVERY = 4, 48, 20  # ticks
WINDOW = timedelta(minutes=10)
SCENES = (  # begin, length in ticks
    (datetime(2026, 12, 30, 21, 0, tzinfo=SEOUL), 576),
    (datetime(2026, 12, 31, 9, 0, tzinfo=SEOUL), 144),
    (datetime(2026, 12, 31, 23, 30, tzinfo=SEOUL), 160),
)
TICKS = sum(length for _begin, length in SCENES)
KILL_WORKER, KILL_ALL = 200, 300  # ticks
NAMES = ("guests", "members", "today", "yesterday", "peak", "total")


@dataclass
class Entry:
    compared: int = 0
    differ: int = 0
    expected: Any = None
    got: Any = None
    first: str = ""


@dataclass
class Record:
    """Counts of requests and the results of all comparisons."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    entries: dict[str, Entry] = field(default_factory=dict)
    responses: Counter[str] = field(default_factory=Counter)
    beats: int = 0
    dropped: int = 0
    repeated: int = 0
    longest_silence: int = 0
    is_killing: bool = False

    def compare(self, what: str, expected: Any, got: Any) -> None:
        """Compare a number, or dictionaries row by row; a missing row is 0."""
        entry = self.entries.setdefault(what, Entry())
        if not isinstance(expected, dict):
            entry.expected, entry.got = expected, got
            expected, got = {"": expected}, {"": got}
        else:
            entry.expected, entry.got = sum(expected.values()), sum(got.values())
        for key in sorted(expected.keys() | got.keys(), key=str):
            entry.compared += 1
            if (one := expected.get(key, 0)) != (other := got.get(key, 0)):
                entry.differ += 1
                entry.first = entry.first or f"{key}: expected {one}, got {other}"

    def within(self, what: str, low: int, got: int, high: int) -> None:
        self.compare(what, min(max(got, low), high), got)

    def differ(self) -> int:
        return sum(entry.differ for entry in self.entries.values())

    def show(self) -> None:
        print(f"\n{'what':52} {'compared':>9} {'expected':>12} {'got':>12}  ok")
        for what, entry in self.entries.items():
            ok = "NO" if entry.differ else "yes"
            print(f"{what:52} {entry.compared:9,} {entry.expected:>12,} {entry.got:>12,}  {ok}")
            if entry.differ:
                print(f"    {entry.differ} differ; the first: {entry.first}")


class Simulation:
    def __init__(self, folder: Path, visitors: int, seed: int):
        self.data, self.clock, self.visitors, self.seed = folder / "paper", folder / "clock", visitors, seed
        self.record = Record()
        self.truth = Truth(WINDOW, *IMPORTED)
        self.world = World(
            random.Random(seed), self.truth, iter(range(2, visitors + 3)), self.record, self._check
        )
        self.due: dict[int, list[tuple[int, crowd.Person]]] = {}
        self.is_exact = False
        self.answers: list[dict[str, Any]] = []

    def run(self) -> None:
        set_clock(self.clock, at_tick(0))
        self.people = Counter(self._invite(number) for number in range(self.visitors))
        self.paper = Paper(self.data, 2, self.clock)
        self.lanes = [Lane(self.paper, self.record) for _ in range(LANES + 1)]
        begun, ends = (
            time.monotonic(),
            {sum(length for _begin, length in SCENES[: n + 1]) for n in range(len(SCENES))},
        )
        try:
            with ThreadPoolExecutor(LANES) as self.pool:
                tick = 0
                while self.due or tick <= TICKS:
                    self._step(tick)
                    if (
                        tick + 1 in ends
                        or tick in (KILL_WORKER, KILL_ALL)
                        or (tick >= TICKS and not self.due)
                    ):
                        self._settle(tick)
                    if tick % 48 == 0:
                        print(
                            f"\r{self.truth.at:%m-%d %H:%M}  {self.record.beats:9,} beats",
                            end="",
                            file=sys.stderr,
                            flush=True,
                        )
                    tick += 1
            self.seconds, self.cpu = time.monotonic() - begun, self.paper.cpu_seconds()
        finally:
            self.paper.kill()
        print(file=sys.stderr)
        self._look_for_traces()

    def _invite(self, number: int) -> str:
        """Add a person of a random kind, who visits at random ticks."""
        chance = random.Random(f"{self.seed}-{number}")
        _weight, name, person = chance.choices(KINDS, [kind[0] for kind in KINDS])[0]
        if number < len(KINDS):  # every kind, in a small crowd too
            _weight, name, person = KINDS[number]
        starts = sorted(chance.sample(range(1, TICKS - 20), chance.choice([1, 1, 1, 2, 3])))
        self._follow(number, 0, person(replace(self.world, chance=chance), starts))
        return name

    def _follow(self, number: int, tick: int, person: crowd.Person, lane: Lane | None = None) -> None:
        """Run what the person does in this tick, and queue the rest."""
        try:
            next_tick = next(person) if lane is None else person.send(lane)
            while lane and next_tick <= tick:
                next_tick = person.send(lane)
        except StopIteration:
            return
        with self.record.lock:
            self.due.setdefault(max(next_tick, tick), []).append((number, person))

    def _step(self, tick: int) -> None:
        self.truth.at = at_tick(tick)
        set_clock(self.clock, self.truth.at)
        due = sorted(self.due.pop(tick, []), key=lambda pair: pair[0])
        self.record.is_killing = tick in (KILL_WORKER, KILL_ALL)
        if self.record.is_killing:
            self.pool.submit(self._kill, tick, self.record.beats + max(1, len(due) // 2))
            due += self._crowd_of(tick)
        if tick % RECONNECT_EVERY == 0:
            for lane in self.lanes:
                lane.close()
        self.is_exact = tick % EXACT_EVERY == 0 and not self.record.is_killing
        if self.is_exact:
            self._run(tick, due, self.lanes[0])
        else:
            self._run_in_parallel(tick, due)
        self._probe(tick)
        if tick % PAGES_EVERY == PAGES_EVERY - 1:
            self._look_at_pages()

    def _crowd_of(self, tick: int) -> list[tuple[int, crowd.Person]]:
        """More people, who beat while processes are killed."""
        people = []
        for number in range(max(60, self.visitors // 50)):
            world = replace(self.world, chance=random.Random(f"{self.seed}-{tick}-{number}"))
            person = crowd.guest(world, [tick])
            next(person)
            people.append((number, person))
        return people

    def _run(self, tick: int, due: list[tuple[int, crowd.Person]], lane: Lane) -> None:
        for number, person in due:
            self._follow(number, tick, person, lane)

    def _run_in_parallel(self, tick: int, due: list[tuple[int, crowd.Person]]) -> None:
        before, self.answers = self.truth.counts(), []
        shares = [[pair for pair in due if pair[0] % LANES == lane] for lane in range(LANES)]
        for done in [
            self.pool.submit(self._run, tick, share, lane)
            for share, lane in zip(shares, self.lanes, strict=False)
            if share
        ]:
            done.result()
        after = self.truth.counts()
        for numbers in self.answers:
            for name in ("today", "yesterday", "peak", "total"):
                self.record.within(
                    f"parallel beats, {name} between before and after",
                    before[name],
                    numbers[name],
                    after[name],
                )

    def _kill(self, tick: int, beats: int) -> None:
        """Kill once half of this tick's beats are answered and others are in flight."""
        while self.record.beats < beats:
            time.sleep(0.001)
        if tick == KILL_WORKER:
            self.paper.kill_one_worker()
        else:
            self.paper.kill()
            self.paper.start()

    def _check(self, numbers: dict[str, Any], post: int) -> None:
        if numbers and self.is_exact:
            self._compare_numbers("single beats", numbers, post)
        elif numbers:
            self.answers.append(numbers)

    def _compare_numbers(self, which: str, numbers: dict[str, Any], post: int) -> None:
        counts = self.truth.counts() | {
            "views": self.truth.views_of(post),
            "day": int(self.truth.today.strftime("%Y%m%d")),
        }
        got = numbers | {"day": int(numbers["day"].replace("-", ""))}
        for name, expected in counts.items():
            self.record.compare(f"{which}, {name}", expected, got[name])

    def _probe(self, tick: int) -> None:
        """Request the numbers after each tick, as a prefetch, which is not counted."""
        post = tick % POSTS + 1
        headers = {
            "X-Forwarded-For": "10.255.255.1",
            "User-Agent": crowd.AGENTS[0].text,
            "Sec-Purpose": "prefetch",
        }
        status, _headers, body = self.lanes[LANES].request(
            "POST", f"/visitors/beat?{tick}", headers | FORM, f"visitor=probe-probe&post={post}"
        )
        assert status == 200, status
        self._compare_numbers("after each tick", crowd.json.loads(body), post)

    def _look_at_pages(self) -> None:
        """Compare pages once their cached copies have expired, by the set clock or by the real one."""
        self.truth.at += timedelta(seconds=11)
        set_clock(self.clock, self.truth.at)
        for path in ("/", f"/posts/{1 + int(self.truth.at.timestamp()) % 30}", "/visitors"):
            text, deadline = self._page(path), time.monotonic() + 11
            while footer(text) != self.truth.counts() and time.monotonic() < deadline:
                time.sleep(0.5)
                text = self._page(path)
            for name, expected in self.truth.counts().items():
                self.record.compare(f"foot of pages, {name}", expected, footer(text).get(name, -1))
        self._compare_visitors_page(text)

    def _page(self, path: str) -> str:
        headers = {"X-Forwarded-For": "10.255.255.2", "User-Agent": crowd.AGENTS[0].text}
        status, _headers, body = self.lanes[LANES].request("GET", path, headers)
        assert status == 200, (path, status)
        return body.decode()

    def _compare_visitors_page(self, text: str) -> None:
        counts, here = self.truth.counts(), self.truth.still_here()
        numbers = [
            int(number.replace(",", ""))
            for number in re.findall(r"<(?:b|dd)>([\d,]+)</", text.partition("here-list")[0])
        ]
        self.record.compare(
            "/visitors, its six numbers",
            dict(zip(NAMES, counts.values(), strict=True)),
            dict(zip(NAMES, numbers, strict=False)),
        )
        hours = {
            int(hour): int(count.replace(",", ""))
            for hour, count in re.findall(r'row">(\d\d)[^<]*</th>\s*<td>([\d,]+)<', text)
        }
        expected = {
            hour: sums["visitors"]
            for (day, hour), sums in self.truth.hours.items()
            if day == self.truth.today
        }
        self.record.compare("/visitors, today by hour", expected, hours)
        lines = re.findall(r'<span class="who( who--member)?">([^<]*)</span>\s*(?:<a href="([^"]*)">)?', text)
        if len(here) > 200:
            self.record.within("/visitors, at most 200 lines", 1, len(lines), 200)
            return
        members = {seen.member for seen in here if seen.member}
        self.record.compare(
            "/visitors, members by name",
            Counter(map(shown_name, members)),
            Counter(name for is_, name, _ in lines if is_),
        )
        hidden = {f"/posts/{post}" for post in HIDDEN}
        pages = Counter("" if seen.path in hidden else seen.path for seen in here if seen.member is None)
        self.record.compare(
            "/visitors, pages of guests", pages, Counter(page for is_, _, page in lines if not is_)
        )

    def _settle(self, tick: int) -> None:
        """Send a new guest's beat, which deletes expired presences, and compare the file."""
        browser = self.world.browser()
        crowd.beat(self.world, self.lanes[0], browser, OpenPage("/", "/"))
        self._compare_file()
        self._compare_presences()

    def _compare_file(self) -> None:
        with closing(self._open_file()) as file:
            for name in ("visitors", "views", "members", "robots"):
                rows = file.execute(f"SELECT day, {name} FROM visit_days")
                self._compare_rows(
                    f"visit_days.{name}", {day: sums[name] for day, sums in self.truth.days.items()}, rows
                )
                rows = file.execute(f"SELECT day || ' ' || hour, {name} FROM visit_hours")
                hours = {f"{day} {hour}": sums[name] for (day, hour), sums in self.truth.hours.items()}
                self._compare_rows(f"visit_hours.{name}", hours, rows)
            posts = {f"{day} {post}": count for (day, post), count in self.truth.views.items()}
            self._compare_rows(
                "post_days.views", posts, file.execute("SELECT day || ' ' || post_id, views FROM post_days")
            )
            ever = Counter(
                {post: self.truth.views_of(post) for post in {post for _day, post in self.truth.views}}
            )
            self._compare_rows(
                "post_views.views", ever, file.execute("SELECT post_id, views FROM post_views")
            )
            tallied = file.execute("SELECT kind, span, start, name, count FROM tallies").fetchall()
            old = file.execute(OF_OTHER_DAYS, {"today": self.truth.today.isoformat()}).fetchone()[0]
        expected = self.truth.spans()
        for kind in ("device", "language", "referrer", "post", "section", "word", "robot"):
            rows = (
                (f"{span} {start} {name}", count) for one, span, start, name, count in tallied if one == kind
            )
            self._compare_rows(
                f"tallies, {kind}",
                {f"{s} {d} {n}": c for (k, s, d, n), c in expected.items() if k == kind},
                rows,
            )
        self.record.compare("hashes and salts of earlier days", 0, old)

    def _open_file(self) -> Any:
        from lib.sqlite.driver import sqlite3  # the same SQLite as the server

        file = f"file:{self.data / 'visitors.db'}?mode=ro"
        return sqlite3.connect(file, uri=True)  # type: ignore[attr-defined]

    def _compare_rows(self, what: str, expected: dict[Any, int], rows: Any) -> None:
        self.record.compare(
            what,
            {str(key): count for key, count in expected.items()},
            {str(key): count for key, count in rows},
        )

    def _compare_presences(self) -> None:
        with closing(self._open_file()) as file:
            rows = file.execute("SELECT member_id || '', path, seen_at FROM presences").fetchall()
        got = Counter(
            f"{member or 0} {path} {datetime.fromisoformat(at + '+00:00').timestamp():.0f}"
            for member, path, at in rows
        )
        here = Counter(
            f"{seen.member or 0} {seen.path} {seen.at.timestamp():.0f}" for seen in self.truth.still_here()
        )
        self.record.compare("presences", here, got)

    def _look_for_traces(self) -> None:
        """Search the file for what requests contained about browsers."""
        content = b"".join(path.read_bytes() for path in sorted(self.data.glob("visitors.db*")))
        sent = {
            text
            for browser in self.world.browsers
            for text in (browser.address, browser.agent.text, browser.number)
        }
        self.record.compare(
            "addresses, agents, numbers in visitors.db*",
            0,
            sum(text.encode() in content for text in sent if len(text) > 9),
        )


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OF_OTHER_DAYS = """SELECT (SELECT count(*) FROM visitors WHERE day <> :today)
    + (SELECT count(*) FROM day_marks WHERE day <> :today)
    + (SELECT count(*) FROM day_salts WHERE day <> :today)"""


def at_tick(tick: int) -> datetime:
    for begin, length in SCENES[:-1]:
        if tick < length:
            return begin + timedelta(seconds=TICK * tick)
        tick -= length
    return SCENES[-1][0] + timedelta(seconds=TICK * tick)


def footer(text: str) -> dict[str, int]:
    return {
        name: int(count.replace(",", "")) for name, count in re.findall(r'data-count="(\w+)">([\d,]+)<', text)
    }


def shown_name(member: int) -> str:
    """Every third member has agreed to be named."""
    return f"이웃{member:05}" if member % 3 == 0 else "회원"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--seconds", type=int, default=20, help="how long the thousand tabs stay open in real time"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maeul-visitors-") as folder:
        make_paper(Path(folder) / "paper", arguments.visitors + 2)
        copytree(Path(folder) / "paper", Path(folder) / "measured")
        simulation = Simulation(Path(folder), arguments.visitors, arguments.seed)
        simulation.run()
        show(simulation)
        Measurement(Path(folder) / "measured", Record()).run(arguments.seconds)
    differ = simulation.record.differ()
    print(f"\n{differ} numbers differ" if differ else "\nall equal")
    return 1 if differ else 0


def show(simulation: Simulation) -> None:
    record = simulation.record
    for name, count in simulation.people.items():
        print(f"{count:7,}  {name}")
    print(
        f"\n{record.beats:,} beats in {simulation.seconds:.0f} s; "
        f"server {simulation.cpu:.0f} CPU s, logins and pages included"
    )
    print(f"responses by process: {dict(record.responses)}")
    print(f"repeated after a kill: {record.repeated}")
    record.compare("beats dropped because the database was busy", 0, record.dropped)
    record.compare(
        "longest silence of a tab at most 100 s, jumping clocks", 100, max(100, record.longest_silence)
    )
    record.show()


if __name__ == "__main__":
    sys.exit(main())
