"""Comments a second, each on the disk before its response, and how many are lost by kill -9."""

import shutil
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import archive
import load
from pages import addresses
from report import Row, Table
from serving import Server, Session, sessions

from lib.sqlite.driver import sqlite3

CLIENTS = 8
WRITERS = 1500  # members; each may send 20 comments a minute
OWED = 30  # a second


@dataclass
class Comments:
    """A copy of an archive that comments are written to."""

    data: Path
    folder: Path
    rounds: list[load.Load] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)
    refused: int = 0

    def send(self, seconds: float, *, kill: bool = False) -> None:
        """One round on a server of its own, which is killed in the middle where `kill` says so."""
        responses = self.folder / "responses-"
        arguments = (
            self.folder / "writers",
            self.folder / f"{archive.known(self.data).posts} comments",
            responses,
            f"{time.time_ns()}",
        )
        with Server(self.data) as server:
            timer = threading.Timer(seconds / 2, server.kill)
            if kill:
                timer.start()
            seen = load.run(server, "comments.lua", arguments, seconds=seconds, connections=CLIENTS)
            if kill:
                timer.join()
            else:
                self.rounds.append(seen)
        for file in self.folder.glob(f"{responses.name}*"):
            self._read(file)

    def _read(self, responses: Path) -> None:
        for line in responses.read_text().splitlines():
            status, _space, location = line.partition(" ")
            if status == "303" and "#comment-" in location:
                self.acknowledged.add(int(location.rpartition("-")[2]))
            else:
                self.refused += 1
        responses.unlink()

    def lost(self) -> int:
        """How many of the acknowledged comments are not in the database."""
        with sqlite3.connect(self.data / "maeul.db") as news:  # type: ignore[attr-defined]
            return len(self.acknowledged - {number for (number,) in news.execute("SELECT id FROM comments")})


def measure(table: Table, data: Path, folder: Path, *, seconds: float, rounds: int) -> None:
    """Add a row for the rate and one for the comments lost.

    :param data: an archive; it is copied, as long as no server runs on it
    """
    table.progress("comments: copying the archive")
    with tempfile.TemporaryDirectory(prefix="comments-", dir=data.parent) as copy:
        comments = Comments(Path(shutil.copytree(data, copy, dirs_exist_ok=True)), folder)
        addresses(comments.data, folder)
        writers: list[Session] = sessions(comments.data, WRITERS)[1]
        (folder / "writers").write_text("".join(session.line for session in writers))
        for number in range(rounds):
            comments.send(seconds)
            seen = comments.rounds[-1]
            table.progress(
                f"comments, round {number + 1} of {rounds}: {seen.rate:.0f}/s, "
                f"p50 {seen.p50:.0f}, p95 {seen.p95:.0f}, max {seen.max:.0f} ms"
            )
        comments.send(seconds, kill=True)
        lost, count = comments.lost(), len(comments.acknowledged)
    rates = [seen.rate for seen in comments.rounds]
    rate, p95 = statistics.median(rates), statistics.median(seen.p95 for seen in comments.rounds)
    measured = f"{rate:.0f}/s (lowest {min(rates):.0f}/s), p95 {p95:.0f} ms"
    measured += f", {comments.refused} refused" if comments.refused else ""
    met = rate >= OWED and not comments.refused
    table.add(Row(f"comments, each on the disk, {CLIENTS} clients", measured, f"≥ {OWED}/s", met))
    table.add(Row("comments lost after kill -9", f"{lost} of {count:,}", "0", lost == 0 and count > 0))
