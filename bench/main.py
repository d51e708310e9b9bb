"""Measure the paper against what is owed (docs/performance.md). Exits with 1 if anything is missed.

The large archive is compared with one of 1,000 posts. Archives are built at the first run and used again.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import archive
import comments
import footprint
import load
import pages
from report import Table, circumstances

GROUPS = ("start", "weight", "memory", "pages", "comments")
SMALL = 1000


def main() -> int:
    options = _options()
    load.wrk()  # exits if it is missing
    small, large = (archive.ready(posts, folder=options.archives) for posts in (SMALL, options.posts))
    table = Table()
    with tempfile.TemporaryDirectory(prefix="maeul-bench-") as name:
        folder = Path(name)
        for group in options.only or GROUPS:
            if group == "start":
                footprint.measure_start(table, large)
            elif group == "weight":
                footprint.measure_weight(table, large)
            elif group == "memory":
                footprint.measure_memory(table, large, folder)
            elif group == "pages":
                pages.measure(table, large, small, folder, seconds=options.seconds, rounds=options.rounds)
            else:
                seconds = options.seconds * 4
                comments.measure(table, large, folder, seconds=seconds, rounds=options.rounds)
    table.progress("")
    print(f"\n{circumstances()}, {options.posts:,} posts:\n\n{table}")
    return 0 if table.met else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000, help="of the large archive, as in 1000000")
    parser.add_argument("--only", nargs="+", choices=GROUPS, help="measure only these groups of rows")
    parser.add_argument("--rounds", type=int, default=5, help="the median of the rounds counts")
    parser.add_argument(
        "--seconds", type=int, default=2, help="of each measurement; comments take four times as long"
    )
    parser.add_argument("--archives", type=Path, default=archive.FOLDER, help="the folder of the archives")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
