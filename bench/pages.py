"""How many pages a second, each page against its reference, measured in turn."""

import random
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import archive
from load import Load, Pages
from report import Row, Table
from serving import Server, sessions

from lib.sqlite.driver import sqlite3
from lib.web.paging import EPOCH

MANY, FEW = 16, 2  # clients for rates, for latencies
WARM_SECONDS = 10
LOGINS = 64
NEWEST = 200  # the articles that members read
ADDRESSES = 50_000
LATENCY = 60  # ms, the longest p95 of a rendered page


@dataclass
class Comparison:
    """Pages and their reference. Both are measured in each round, one directly after the other.

    :param owed: the lowest ratio of the rates
    :param rendered: whether the latency is measured too
    """

    title: str
    pages: Pages
    reference: str
    reference_pages: Pages
    owed: float
    rendered: bool = True
    rates: list[tuple[float, float]] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    failed: int = 0

    def measure(self, seconds: float) -> None:
        reference, pages = (self._load(one, seconds, MANY) for one in (self.reference_pages, self.pages))
        self.rates.append((pages.rate, reference.rate))
        if self.rendered:
            self.latencies.append(self._load(self.pages, seconds, FEW).p95)

    def _load(self, pages: Pages, seconds: float, connections: int) -> Load:
        load = pages.load(seconds, connections)
        self.failed += load.failed
        time.sleep(0.2)  # wrk leaves requests behind that the server still answers
        return load

    def row(self) -> Row:
        pages, reference = (statistics.median(rates) for rates in zip(*self.rates, strict=True))
        ratio = statistics.median(page / reference for page, reference in self.rates)
        measured = f"{pages:,.0f}/s = {ratio:.2f} × {reference:,.0f}/s"
        measured += f", p95 {statistics.median(self.latencies):.0f} ms" if self.latencies else ""
        measured += f", {self.failed} failed" if self.failed else ""
        owed = f"≥ {self.owed} × {self.reference}"
        return Row(self.title, measured, owed, ratio >= self.owed and not self.failed)


def measure(table: Table, large: Path, small: Path, folder: Path, *, seconds: float, rounds: int) -> None:
    """Add a row for each comparison, and one for the slowest of their latencies.

    :param large: the archive that all pages are measured on
    :param small: the archive that the rows "the same over …" compare with
    """
    with _comparisons(large, small, folder) as comparisons:
        for number in range(rounds):
            for comparison in random.sample(comparisons, len(comparisons)):
                table.progress(f"round {number + 1} of {rounds}: {comparison.title}")
                comparison.measure(seconds)
    for comparison in comparisons:
        table.add(comparison.row())
    rendered = [comparison for comparison in comparisons if comparison.latencies]
    slowest, title = max((statistics.median(one.latencies), one.title) for one in rendered)
    measured = f"{slowest:.0f} ms ({title})"
    table.add(
        Row(
            f"p95 of the slowest rendered page, {FEW} clients",
            measured,
            f"≤ {LATENCY} ms",
            slowest <= LATENCY,
        )
    )


@contextmanager
def _comparisons(large: Path, small: Path, folder: Path) -> Iterator[list[Comparison]]:
    """The servers run as long as the block.

    "Uncached" ones have neither page cache nor fragment cache. Members read on a server of their own: on the
    other one articles at random would evict the fragments of what people read.
    """
    files, small_files = addresses(large, folder), addresses(small, folder)
    members = folder / "members"
    members.write_text("".join(session.line for session in sessions(large, LOGINS)[1]))
    plain_data = folder / "plain"
    plain_data.mkdir()
    with ExitStack() as stack:
        bare, plain, paper, read_paper, uncached, uncached_small = (
            stack.enter_context(server)
            for server in (
                Server(folder, "bench.bare:worker"),
                Server(plain_data, "bench.plain:worker"),
                Server(large),
                Server(large),
                Server(large, page_cache_megabytes=0),
                Server(small, page_cache_megabytes=0),
            )
        )
        _check(uncached, large, files)
        to_bare, to_plain = (Pages(server, files["front"]) for server in (bare, plain))
        articles = files["article"]
        comparisons = [
            Comparison(
                "cached guest page", Pages(paper, files["one article"]), "bare", to_bare, 0.45, rendered=False
            ),
            Comparison(
                "article at random, guest", Pages(paper, articles, new_hosts=True), "plain", to_plain, 0.4
            ),
            Comparison("article at random, member", Pages(paper, articles, members), "plain", to_plain, 0.4),
            Comparison("list, no fragment cached", Pages(uncached, files["list"]), "plain", to_plain, 0.2),
            Comparison(
                "search, no fragment cached", Pages(uncached, files["search"]), "plain", to_plain, 0.2
            ),
            Comparison(
                "members reading, 64 logins",
                Pages(read_paper, files["reading"], members),
                "plain",
                to_plain,
                0.6,
            ),
        ]
        size, small_size = archive.known(large).posts, archive.known(small).posts
        for kind in ("front", "article", "list", "search"):
            pages, reference = Pages(uncached, files[kind]), Pages(uncached_small, small_files[kind])
            title = f"{kind} over {size:,} posts, nothing cached"
            comparisons.append(
                Comparison(title, pages, f"over {small_size:,}", reference, 0.6, rendered=False)
            )
        Pages(read_paper, files["reading"], members).load(WARM_SECONDS, MANY)  # people came before
        yield comparisons


def addresses(data: Path, folder: Path) -> dict[str, Path]:
    """Files of addresses to draw from, by kind of page."""
    known, dice = archive.known(data), random.Random(1)
    ids = dice.sample(range(1, known.posts + 1), min(known.posts, ADDRESSES))
    newest = [f"/posts/{post_id}" for post_id in range(max(1, known.posts - NEWEST) + 1, known.posts + 1)]
    kinds = {
        "front": ["/"],
        "one article": [f"/posts/{known.posts // 2}"],
        "article": [f"/posts/{post_id}" for post_id in ids],
        # Neither the oldest posts nor the newest: a rarer tag has no page before or after its own.
        "list": list(_lists(data, [number for number in ids if 0.2 < number / known.posts < 0.8][:300])),
        # As many searches with few hits as with many, with very many and with none.
        "search": [
            f"/search?q={quote(words[number % len(words)])}"
            for words in (list(known.rare), known.pairs, known.common, known.none)
            for number in range(len(known.rare))
        ],
        # People come to the front page, look through the newest of a section, and read.
        "reading": ["/"] * (NEWEST // 4) + ["/sections/local", "/sections/news"] * (NEWEST // 8) + newest,
        "comments": [f"{address}/comments" for address in newest],
    }
    files = {kind: folder / f"{known.posts} {kind}" for kind in kinds}
    for kind, lines in kinds.items():
        files[kind].write_text("".join(f"{line}\n" for line in lines))
    return files


def _lists(data: Path, post_ids: Iterable[int]) -> Iterator[str]:
    """First pages, months and pages deep in a section and its group, and of the most frequent tags."""
    with sqlite3.connect(data / "maeul.db") as news:  # type: ignore[attr-defined]
        tags = news.execute(
            "SELECT name FROM tags JOIN post_tags ON tag_id = tags.id "
            "GROUP BY tags.id ORDER BY count(*) DESC LIMIT 5"
        ).fetchall()
        paths = ["/sections/local", "/sections/news", *(f"/tags/{quote(name)}" for (name,) in tags)]
        for number, post_id in enumerate(post_ids):
            ((stored,),) = news.execute("SELECT published_at FROM posts WHERE id = ?", (post_id,))
            moment = datetime.fromisoformat(stored).replace(tzinfo=UTC)
            key = f"{(moment - EPOCH) // timedelta(microseconds=1)}-{post_id}"
            query = ("", f"?month={moment:%Y-%m}", f"?before={key}")[number % 3]
            yield paths[number % len(paths)] + query


def _check(server: Server, data: Path, files: dict[str, Path]) -> None:
    """Exits if a page is missing, or a search does not find what stands in the archive."""
    for kind in ("front", "article", "list", "search", "reading"):
        for path in files[kind].read_text().splitlines()[:4]:
            status, _body = server.get(path)
            if status != 200:
                raise SystemExit(f"{path} answers {status}.")
    for word, ids in list(archive.known(data).rare.items())[:10]:
        page = server.get(f"/search?q={quote(word)}")[1].decode()
        if missing := [post_id for post_id in ids if f'"/posts/{post_id}"' not in page]:
            raise SystemExit(f"The search for {word} does not find the articles {missing}.")
