"""What the paper does in a second, with small and large archives: one table.

Run: bin/bench [--posts 1000,100000,1000000] [--seconds 4] [--rounds 3] [--best] [--only row,row] [--workers N].
docs/performance.md tells what each row means. Every row is measured with all archives in turn, `rounds` times; the middle one of what was
seen is printed, or the best.
"""

import argparse
import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import archive
import drive
from drive import ROOT, Load, Server, Session

from lib.sqlite.driver import sqlite3
from lib.web.paging import EPOCH

CONNECTIONS, FEW, WRITERS = 16, 2, 8  # clients of the rates, of the times, and of what is written
MEMBERS, ADDRESSES, TABS = 1500, 50_000, 1000
PHOTO = 12  # megapixels
STARTS = 3
SEARCHES = ("rare", "common", "none", "two")
PAGES = {  # row -> what it is called, the addresses it draws from, who asks, whether kept pages are sent
    "random": ("guest article at random, made anew", "posts", "guest", "fresh"),
    "member": ("member article at random", "posts", "member", "kept"),
    "front": ("front, made anew", "front", "guest", "fresh"),
    "section": ("section page 1, made anew", "section", "guest", "fresh"),
    "deep": ("section deep, made anew", "deep", "guest", "fresh"),
    "oldest": ("section oldest, made anew", "oldest", "guest", "fresh"),
    "tag": ("tag page 1, made anew", "tag", "guest", "fresh"),
    "rare": ("search rare (1 to 10 hits)", "rare", "guest", "fresh"),
    "two": ("search two-syllable", "two", "guest", "fresh"),
    "common": ("search common", "common", "guest", "fresh"),
    "none": ("search none", "none", "guest", "fresh"),
}
ROWS = ("bare", "kept", "plain", *PAGES, "comments", "beats", "memory", "start")


@dataclass
class Paper:
    """An archive with its running server, and what is asked of it."""

    posts: int
    data: Path
    known: archive.Known
    members: list[Session]
    editor: Session
    folder: Path  # of the files wrk reads
    server: Server | None = None
    kept: str = ""  # the address of one article
    notes: list[str] = field(default_factory=list)

    def file(self, name: str) -> Path:
        return self.folder / f"{self.posts}-{name}"


def _one_of(seen: list[float], extreme: Callable[[list[float]], float], *, best: bool) -> float:
    """What stands for all: the best, which is the largest or the smallest, or the middle one."""
    return extreme(seen) if best else statistics.median(seen)


@dataclass
class Seen:
    """Of one row and one archive, every time it was measured."""

    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)  # p95, milliseconds, few clients
    crowded: list[float] = field(default_factory=list)  # p95 with CONNECTIONS clients
    failed: int = 0
    best: bool = False  # whether it stands for all, or the middle one

    def add(self, many: Load, few: Load | None = None) -> None:
        self.rates.append(many.rate)
        self.crowded.append(many.p95)
        self.times += [few.p95] if few else []
        self.failed += many.failed + (few.failed if few else 0)

    @property
    def rate(self) -> float:
        return _one_of(self.rates, max, best=self.best)

    @property
    def time(self) -> float | None:
        return _one_of(self.times, min, best=self.best) if self.times else None


class Bench:
    """One run.

    :param told: shows what is going on
    """

    def __init__(self, options: argparse.Namespace, folder: Path):
        self.options, self.folder = options, folder
        self.rows = [row for row in ROWS if not options.only or row in options.only]
        self.seen: dict[tuple[str, int], Seen] = defaultdict(lambda: Seen(best=options.best))
        self.figures: dict[str, dict[int, str]] = defaultdict(dict)
        self.papers = [self._paper(posts) for posts in options.posts]

    def run(self) -> None:
        for paper in self.papers:
            for row, weigh in (("start", self._start), ("memory", self._weigh)):
                if row in self.rows:
                    weigh(paper)
        self._pages()
        for row, measure in (("comments", self._comments), ("beats", self._beats)):
            for paper in self.papers if row in self.rows else ():
                say(f"{row}, {paper.posts:,} posts")
                measure(paper)

    def _paper(self, posts: int) -> Paper:
        data = archive.ready(posts, self.options.seed, self.options.folder)
        known = archive.known(data)
        drive.forget_comments(data, known.comments)
        members, editor = drive.sessions(data, MEMBERS, number_from=len(str(posts)) * 2000)
        paper = Paper(posts, data, known, members, editor, self.folder)
        _write_addresses(paper)
        lines = (f"{session.cookie}\t{session.token}\t{session.address}\n" for session in members)
        paper.file("member").write_text("".join(lines))
        return paper

    def _serve(self, paper: Paper) -> Server:
        return Server(paper.data, self.options.workers)

    def _start(self, paper: Paper) -> None:
        say(f"start, {paper.posts:,} posts")
        seconds = []
        for _ in range(STARTS):
            server = self._serve(paper)
            seconds.append(server.seconds_to_first_page)
            server.stop()
        self.figures["start"][paper.posts] = f"{_one_of(seconds, min, best=self.options.best):.2f} s"

    def _weigh(self, paper: Paper) -> None:
        say(f"memory, {paper.posts:,} posts")
        server = self._serve(paper)
        try:
            time.sleep(2)
            idle = server.megabytes()
            statuses = _tour(server, paper)
            time.sleep(1)
            after = server.megabytes()
        finally:
            server.stop()
            _forget_photos(paper)
        self.figures["memory"][paper.posts] = f"{idle:.0f} / {after:.0f} MB"
        if odd := {path: status for path, status in statuses.items() if status not in (200, 201, 303, 422)}:
            paper.notes.append(f"memory: {odd}")

    def _pages(self) -> None:
        rows = [row for row in self.rows if row in ("bare", "kept", "plain", *PAGES)]
        if not rows:
            return
        bare = Server(None, self.options.workers)
        for paper in self.papers:
            paper.server = self._serve(paper)
            _check(paper, rows)
        try:
            for number in range(self.options.rounds):
                for row in rows:
                    say(f"round {number + 1}: {row}")
                    for paper in (
                        random.sample(self.papers, len(self.papers)) if row != "bare" else self.papers[:1]
                    ):
                        self._load(row, paper, bare)
        finally:
            bare.stop()
            for paper in self.papers:
                if paper.server:
                    paper.server.stop()

    def _load(self, row: str, paper: Paper, bare: Server) -> None:
        server: Any = bare if row == "bare" else paper.server
        if row in ("bare", "kept", "plain"):
            packed = {"Accept_Encoding": "gzip"} if row == "kept" else {}
            server.get(paper.kept, **{name.replace("_", "-"): value for name, value in packed.items()})
            path = "/" if row == "bare" else paper.kept
            self.seen[row, paper.posts].add(
                server.load(
                    "report.lua", seconds=self.options.seconds, connections=CONNECTIONS, path=path, **packed
                )
            )
            return
        _name, addresses, asker, kept = PAGES[row]
        arguments = (paper.file(addresses), paper.file("member") if asker == "member" else "-", kept)
        server.get("/visitors")  # answered when the pages that wrk asked for, but did not wait for, are made
        few = server.load("pages.lua", arguments, seconds=self.options.seconds, connections=FEW)
        many = server.load("pages.lua", arguments, seconds=self.options.seconds, connections=CONNECTIONS)
        self.seen[row, paper.posts].add(many, few)

    def _comments(self, paper: Paper) -> None:
        """Twice: once for the figure, once with the server killed in the middle. Then everything that was acknowledged is looked for."""
        server = self._serve(paper)
        seconds = self.options.seconds * 2
        beginning = paper.file("kept-")
        arguments = (paper.file("member"), paper.file("comments"), beginning)
        run = f"{time.time():.0f}"
        figure = server.load("comments.lua", (*arguments, run + "a"), seconds=seconds, connections=WRITERS)
        first, refused = _acknowledged(beginning)
        self.seen["comments", paper.posts].rates.append(len(first) / figure.seconds)
        self.seen["comments", paper.posts].times.append(figure.p95)
        self.seen["comments", paper.posts].failed += refused
        killer = threading.Timer(seconds / 2, server.kill)
        killer.start()
        server.load("comments.lua", (*arguments, run + "b"), seconds=seconds, connections=WRITERS)
        killer.join()
        second, _refused = _acknowledged(beginning)
        said = [*first, *second]
        lost = len(set(said)) - _found(paper, said)
        self.figures["lost"][paper.posts] = f"{lost} of {len(said):,}"
        drive.forget_comments(paper.data, paper.known.comments)

    def _beats(self, paper: Paper) -> None:
        server = self._serve(paper)
        run = f"bench{time.time():.0f}"
        before = _visitors(paper)
        try:
            most = 0
            for _ in range(self.options.rounds):  # each begins with the first tab again
                seen = server.load(
                    "beats.lua",
                    (TABS, paper.file("comments-posts"), run),
                    seconds=self.options.seconds,
                    connections=WRITERS,
                )
                self.seen["beats", paper.posts].add(seen, seen)
                most = max(most, seen.requests)
        finally:
            server.stop()
        self.figures["visitors"][paper.posts] = f"{_visitors(paper) - before:,} of {min(most, TABS * 2):,}"


def _write_addresses(paper: Paper) -> None:
    """One file for each row: what is asked for."""
    dice = random.Random(1)
    known, count = paper.known, paper.posts
    ids = dice.sample(range(1, count + 1), min(count, ADDRESSES))
    with sqlite3.connect(paper.data / "maeul.db") as news:  # type: ignore[attr-defined]
        (section_id,) = news.execute("SELECT id FROM sections WHERE slug = 'local'").fetchone()
        middle = [count * 3 // 10 + count * 4 // 10 * step // 300 for step in range(300)]
        question = "SELECT id, published_at FROM posts WHERE section_id = ? AND id > ? ORDER BY id LIMIT 1"
        deep = [_key(*news.execute(question, (section_id, post_id)).fetchone()) for post_id in middle]
        most = "SELECT name FROM tags JOIN post_tags ON tag_id = tags.id GROUP BY tags.id ORDER BY count(*) DESC LIMIT 5"
        tags = [name for (name,) in news.execute(most)]  # whose first page is full, however small the archive
    paper.kept = f"/posts/{count // 2}"
    newest = range(max(1, count - 200), count + 1)
    addresses = {
        "posts": [f"/posts/{post_id}" for post_id in ids],
        "comments": [f"/posts/{post_id}/comments" for post_id in newest],
        "comments-posts": [f"/posts/{post_id}" for post_id in newest],
        "front": ["/"],
        "section": ["/sections/local"],
        "deep": [f"/sections/local?before={key}" for key in deep],
        "oldest": ["/sections/local?oldest=1"],
        "tag": [f"/tags/{quote(name)}" for name in tags],
        **{row: [f"/search?q={quote(word)}" for word in words] for row, words in _words(known).items()},
    }
    for name, lines in addresses.items():
        paper.file(name).write_text("".join(f"{line}\n" for line in lines))


def _words(known: archive.Known) -> dict[str, list[str]]:
    return {"rare": list(known.rare), "two": known.pairs, "common": known.common, "none": known.none}


def _key(post_id: int, stored: str) -> str:
    moment = datetime.fromisoformat(stored).replace(tzinfo=UTC)
    return f"{(moment - EPOCH) // timedelta(microseconds=1)}-{post_id}"


def _check(paper: Paper, rows: list[str]) -> None:
    """Every row's pages are there, fresh where they should be, and searches find as many as there are."""
    server: Any = paper.server
    for row in rows:
        if row in PAGES:
            _name, addresses, asker, _kept = PAGES[row]
            for path in paper.file(addresses).read_text().splitlines()[:3]:
                status, _body = server.get(path, paper.members[0] if asker == "member" else None)
                if status != 200:
                    sys.exit(f"{path} answers {status} with {paper.posts:,} posts.")
    truth = (
        {word: len(ids) for word, ids in paper.known.rare.items()}
        | paper.known.counts
        | dict.fromkeys(paper.known.none, 0)
    )
    for row in (row for row in rows if row in SEARCHES):
        for word in _words(paper.known)[row][:10]:
            said = _count_said(server.get(f"/search?q={quote(word)}")[1].decode())
            if said[0] != truth[word] and not (said[1] and truth[word] > said[0]):
                paper.notes.append(f"{row}: {word} is in {truth[word]:,} posts, the page says {said[0]:,}")


def _count_said(page: str) -> tuple[int, bool]:
    """The number of hits on the tab of articles, and whether there are more; where nothing is found there are no tabs."""
    found = re.search(r'<nav class="tabs".*?<b>([\d,]+)(\+?)</b>', page, re.DOTALL)
    return (int(found[1].replace(",", "")), bool(found[2])) if found else (0, False)


def _tour(server: Server, paper: Paper) -> dict[str, int]:
    """One of every kind of page, and what makes a server fat: photos, passwords, captchas. Path to status."""
    member, editor = paper.members[0], paper.editor
    searches = [paper.file(row).read_text().splitlines()[0] for row in SEARCHES]
    guests = [
        "/",
        "/sections/local",
        "/sections/news?oldest=1",
        paper.kept,
        *searches,
        searches[1] + "&tab=comments&order=best",
    ]
    guests += [paper.file(name).read_text().splitlines()[0] for name in ("deep", "tag")]
    guests += ["/visitors", "/join", "/login", "/tips/new", "/pages/terms", "/feed.xml", "/robots.txt"]
    statuses = {path: server.get(path)[0] for path in guests}
    for path in ("/", paper.kept, "/me", "/me/leaving"):
        statuses[f"member {path}"] = server.get(path, member)[0]
    for path in (
        "/desk/",
        "/desk/posts/new",
        f"/desk/posts/{paper.posts}/edit",
        "/desk/statistics",
        "/desk/sections",
        "/desk/paper",
    ):
        statuses[f"editor {path}"] = server.get(path, editor)[0]
    _status, page = server.get("/join")
    for address in set(re.findall(r'"(/captcha/[^"]+\.(?:png|wav))"', page.decode())):
        statuses[re.sub(r"\w{20,}|[\w-]{43}", "…", address)] = server.get(address)[0]
    statuses["log in"] = _at_once(4, lambda: _log_in(server, member))
    picture = drive.photo(PHOTO)
    statuses["photo"] = _at_once(2, lambda: _upload(server, editor, picture))
    return statuses


def _at_once(count: int, act: Callable[[], int]) -> int:
    """The worst status of several that come together."""
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(act())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return max(statuses, default=0)


def _log_in(server: Server, guest: Session) -> int:
    """With a wrong password, which costs as much as the right one."""
    form = f"username=reader{random.randint(2, 1000)}&password=not+this+one&csrf_token={guest.token}"
    anonymous = Session(guest.cookie, guest.token, guest.address)
    return server.get(
        "/login", anonymous, "POST", form, **{"Content-Type": "application/x-www-form-urlencoded"}
    )[0]


def _upload(server: Server, editor: Session, picture: bytes) -> int:
    mark = "bench-boundary"
    fields = f'--{mark}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{editor.token}\r\n'
    fields += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = fields.encode() + picture + f"\r\n--{mark}--\r\n".encode()
    return server.get(
        "/desk/photos", editor, "POST", body, **{"Content-Type": f"multipart/form-data; boundary={mark}"}
    )[0]


def _forget_photos(paper: Paper) -> None:
    with sqlite3.connect(paper.data / "maeul.db") as news:  # type: ignore[attr-defined]
        news.execute("DELETE FROM photos WHERE post_id IS NULL")


def _acknowledged(beginning: Path) -> tuple[list[int], int]:
    """The ids of the comments the server said are kept, and how many it refused."""
    lines = [
        line for file in beginning.parent.glob(f"{beginning.name}*") for line in file.read_text().splitlines()
    ]
    ids = [int(found[1]) for line in lines if (found := re.search(r"#comment-(\d+)$", line))]
    return ids, len(lines) - len(ids)


def _found(paper: Paper, ids: list[int]) -> int:
    """How many of these comments are in the database and in the index of search."""
    with sqlite3.connect(paper.data / "maeul.db") as news:  # type: ignore[attr-defined]
        news.execute("CREATE TEMP TABLE said (id INTEGER PRIMARY KEY)")
        news.executemany("INSERT OR IGNORE INTO said VALUES (?)", [(number,) for number in ids])
        question = "SELECT count(*) FROM said JOIN comments USING (id) JOIN comment_search_places ON source_id = said.id"
        return news.execute(question).fetchone()[0]


def _visitors(paper: Paper) -> int:
    with sqlite3.connect(paper.data / "visitors.db") as counted:  # type: ignore[attr-defined]
        return counted.execute("SELECT coalesce(sum(visitors), 0) FROM visit_days").fetchone()[0]


def say(what: str) -> None:
    """What is being measured, on the terminal only."""
    print(
        f"\r\033[K{what}" if sys.stderr.isatty() else what,
        end="" if sys.stderr.isatty() else "\n",
        file=sys.stderr,
        flush=True,
    )


def printed(bench: Bench) -> str:
    """The table, in Markdown."""
    sizes = bench.options.posts
    bare = bench.seen["bare", sizes[0]].rate if ("bare", sizes[0]) in bench.seen else None
    head = ["", *(f"{size:,} posts" for size in sizes), *([f"of bare, {sizes[-1]:,}"] if bare else [])]
    head += [f"{size:,} ÷ {sizes[0]:,}" for size in sizes[1:]]
    lines = [head, ["---", *["---:"] * (len(head) - 1)]]
    titles = {
        "bare": "bare WSGI function, 20 KB",
        "kept": "kept guest article",
        "plain": "kept guest article, not compressed",
    }
    titles |= {row: page[0] for row, page in PAGES.items()} | {
        "comments": "comments posted, 8 clients",
        "beats": "beats, 8 clients",
    }
    for row, title in titles.items():
        if row in bench.rows:
            lines.append([title, *_cells(bench, row, bare)])
    more = {"lost": "comments lost after kill -9", "visitors": "visitors counted, of tabs answered"}
    for name, title in (
        more | {"memory": "memory, idle / after every page", "start": "start to first page"}
    ).items():
        if bench.figures[name]:
            lines.append(
                [title, *(bench.figures[name][size] for size in sizes), *[""] * (len(head) - 1 - len(sizes))]
            )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(bench: Bench, row: str, bare: float | None) -> list[str]:
    sizes = bench.options.posts
    if row == "bare":
        return [f"{bare:,.0f}/s", *[""] * (2 * len(sizes) - 1)]
    seen = [bench.seen[row, size] for size in sizes]
    cells = [_cell(one) for one in seen]
    cells += [f"{seen[-1].rate / bare:.1%}"] if bare else []
    return cells + [f"{one.rate / seen[0].rate:.2f}" if seen[0].rate else "?" for one in seen[1:]]


def _cell(seen: Seen) -> str:
    time_ = f", {seen.time:.1f} ms" if seen.time is not None else ""
    failed = f" ({seen.failed} failed)" if seen.failed else ""
    return f"{seen.rate:,.0f}/s{time_}{failed}"


def machine(workers: int) -> str:
    """What it was measured with."""
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    count = f"{workers} worker{'s' if workers > 1 else ''}"
    return (
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()}), Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {count}, commit {commit}, {datetime.now(UTC):%Y-%m-%d}"  # type: ignore[attr-defined]
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--posts",
        type=lambda said: [int(size) for size in said.split(",")],
        default=[1000, 100_000, 1_000_000],
    )
    parser.add_argument("--seconds", type=int, default=4, help="how long each measurement takes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--best",
        action="store_true",
        help="print the best round, not the middle one: for machines that others slow down",
    )
    parser.add_argument("--only", type=lambda said: said.split(","), help=", ".join(ROWS))
    parser.add_argument(
        "--workers", type=int, default=0, help="processes of the server; its own default where not given"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--folder", type=Path, default=archive.FOLDER, help="where archives are kept, to be used again"
    )
    options = parser.parse_args()
    if unknown := set(options.only or ()) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}. There are: {', '.join(ROWS)}")
    return options


def main() -> None:
    options = _options()
    drive.wrk()
    with tempfile.TemporaryDirectory(prefix="maeul-bench-") as folder:
        bench = Bench(options, Path(folder))
        bench.run()
    say("")
    print(f"\n{machine(options.workers or drive.config.Settings.workers)}\n")
    print(printed(bench))
    for paper in bench.papers:
        for note in paper.notes:
            print(f"\nWith {paper.posts:,} posts, {note}.")
    results = {f"{row} {posts}": vars(seen) for (row, posts), seen in bench.seen.items()}
    (options.folder / "last.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
