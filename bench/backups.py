"""A large paper is backed up while it is read and written: memory, duration, errors, the longest wait.

Run: .venv/bin/python bench/backups.py [--posts 100000] [--folder FOLDER]. Exits with 1 if anything is missed.
The archive is copied; three times its size has to be free.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import archive
from report import Row, Table, circumstances
from serving import ROOT, Server, Session, sessions

from lib.sqlite.driver import sqlite3

READERS, WRITERS, MEMBERS = 4, 2, 400
MORE_MEMORY = 100  # MB
LONGEST = 3.0  # seconds for a page or a comment meanwhile, on a machine that does other things too


class Traffic:
    """Threads that read pages and write comments until they are stopped."""

    def __init__(self, server: Server, members: list[Session], posts: list[int]):
        self.server, self.members, self.posts = server, members, posts
        self.stopped = threading.Event()
        self.seen: dict[str, list[float]] = {"read": [], "written": []}
        self.wrong: Counter[str] = Counter()
        kinds: list[Callable[[int], None]] = [self._read] * READERS + [self._write] * WRITERS
        self.threads = [threading.Thread(target=kind, args=(n,)) for n, kind in enumerate(kinds)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def _read(self, number: int) -> None:
        while not self.stopped.wait(0.02):
            path = random.choice(["/", "/sections/local", f"/posts/{random.choice(self.posts)}"])
            self._timed("read", 200, partial(self._page, path))

    def _page(self, path: str) -> int:
        return self.server.get(path)[0]

    def _write(self, number: int) -> None:
        """Comments of one member after the other, for each may send 20 a minute."""
        turn = number * len(self.members) // (READERS + WRITERS)
        while not self.stopped.wait(0.1):
            turn += 1
            self._timed("written", 303, partial(self._comment, self.members[turn % len(self.members)]))

    def _comment(self, member: Session) -> int:
        fields = {"csrf_token": member.token, "idempotency_key": f"{time.time_ns()}", "parent_id": ""}
        body = urlencode(fields | {"body": f"느티나무 아래서 {random.random()}"}).encode()
        path = f"/posts/{random.choice(self.posts)}/comments"
        return self.server.send("POST", path, member, body, Content_Type="application/x-www-form-urlencoded")[
            0
        ]

    def _timed(self, kind: str, owed: int, act: Callable[[], int]) -> None:
        began = time.perf_counter()
        try:
            status = act()
        except OSError as error:
            self.wrong[type(error).__name__] += 1
            return
        self.seen[kind].append(time.perf_counter() - began)
        if status != owed:
            self.wrong[f"{kind} {status}"] += 1


def flask(data: Path, *words: str) -> tuple[float, int]:
    """Run a command. Returns its seconds and its most memory in MB."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "flask", "--app", "app", *words]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"MAEUL_DATA": str(data)}, stdout=subprocess.DEVNULL
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"flask {' '.join(words)} failed")
    return time.perf_counter() - began, usage.ru_maxrss // 1000


def measure(table: Table, data: Path, scratch: Path) -> None:
    with closing(sqlite3.connect(data / "maeul.db")) as news:
        newest = "SELECT id FROM posts WHERE published_at < datetime('now') ORDER BY id DESC LIMIT 2000"
        posts = [number for (number,) in news.execute(newest)]
    members = sessions(data, MEMBERS)[1]
    _seconds, usual = flask(data, "check", "--help")
    with Server(data, nightly_backup=False) as server:
        traffic = Traffic(server, members, posts)
        table.progress("backing up")
        seconds, most = flask(data, "backup", str(scratch / "full.tar.zst"))
        beside, most_beside = flask(data, "backup", "--beside", str(scratch / "beside" / "night.tar.zst"))
        traffic.stop()
    table.progress("drill")
    drill, _most = flask(data, "backup", "--drill", str(scratch / "full.tar.zst"))
    more = max(most, most_beside) - usual
    size = (scratch / "full.tar.zst").stat().st_size / 1e6
    took = f"{seconds:.0f} s, {size:,.0f} MB; beside its files {beside:.0f} s; drill {drill:.0f} s"
    table.add(Row("a backup in one file", took, "", True))
    table.add(
        Row("memory, more than a command needs", f"{more} MB", f"≤ {MORE_MEMORY} MB", more <= MORE_MEMORY)
    )
    for kind, times in traffic.seen.items():
        longest = max(times, default=99.0)
        shown = f"{len(times):,}, longest {longest:.2f} s"
        table.add(Row(f"pages or comments {kind} meanwhile", shown, f"≤ {LONGEST} s", longest <= LONGEST))
    wrong = ", ".join(f"{what}: {count}" for what, count in traffic.wrong.items()) or "0"
    table.add(Row("errors of readers and writers", wrong, "0", not traffic.wrong))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=archive.FOLDER)
    options = parser.parse_args()
    source, table = archive.ready(options.posts, folder=options.folder), Table()
    with tempfile.TemporaryDirectory(prefix="backups-", dir=options.folder) as name:
        scratch = Path(name)
        shutil.copytree(source, scratch / "data")
        measure(table, scratch / "data", scratch)
    table.progress("")
    print(f"\n{circumstances()}, {options.posts:,} posts:\n\n{table}")
    return 0 if table.met else 1


if __name__ == "__main__":
    sys.exit(main())
