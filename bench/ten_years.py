"""Ten invented years of the counter, and how long the pages of statistics take to render.

Run: .venv/bin/python bench/ten_years.py [--years 10] [--data FOLDER]. An existing folder is used again.
Exits with 1 if a page takes longer than 100 ms.
"""

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import flask_migrate

from app import create_app
from cli import attach_migrations
from config import ROOT
from database import db
from domain.counter import tallies, visitors
from domain.counter.statistics import UNITS
from domain.neighbours import membership
from lib.web import passwords
from models import Login, Post, Section, today

POSTS, READ_A_DAY, REFERRERS, WORDS = 40_000, 400, 60, 30
LONGEST = 0.1  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--data", type=Path, help="keep the data here")
    arguments = parser.parse_args()
    data = arguments.data or Path(tempfile.mkdtemp(prefix="maeul-statistics-"))
    app = create_app(data=data, secret_key="bench", site_url="http://localhost")
    with app.app_context():
        if not (data / "done").exists():
            attach_migrations(app)
            flask_migrate.upgrade(str(ROOT / "migrations"))
            fill(data, arguments.years)
            (data / "done").touch()
    return 1 if measure(app) else 0


def fill(data: Path, years: int) -> None:
    """Insert the sums that the counter would have left."""
    membership.create_editor(
        "editor", "편집인", "editor@example.com", passwords.hash_password("느티나무 아래서 1")
    )
    section = Section(slug="local", name="지역뉴스", position=1)
    db.session.add(section)
    db.session.flush()
    db.session.execute(
        db.insert(Post),
        [
            {
                "section_id": section.id,
                "group_id": section.id,
                "title": f"기사 {number}",
                "body": "",
                "published_at": visitors.moment().at,
            }
            for number in range(POSTS)
        ],
    )
    db.session.commit()
    chance = random.Random(1)
    last, days = today(), years * 365
    with sqlite3.connect(data / "visitors.db") as counted, sqlite3.connect(data / "maeul.db") as news:
        for ago in range(days, -1, -1):
            fill_day(counted, news, chance, last - timedelta(days=ago), (days - ago) * POSTS // (days + 1))
            if ago % 100 == 0:
                print(f"\r{days - ago:5} / {days} days", end="", flush=True)
    print()


def fill_day(
    counted: sqlite3.Connection, news: sqlite3.Connection, chance: random.Random, day: object, newest: int
) -> None:
    hours = [chance.randint(50, 400) for _hour in range(24)]
    iso = str(day)
    counted.execute(
        "INSERT INTO visit_days (day, visitors, views, members, robots) VALUES (?, ?, ?, ?, ?)",
        (iso, sum(hours), sum(hours) * 3, 200, 900),
    )
    counted.executemany(
        "INSERT INTO visit_hours VALUES (?, ?, ?, ?, 8, 40)",
        [(iso, hour, count, count * 3) for hour, count in enumerate(hours)],
    )
    news.execute("INSERT OR REPLACE INTO activity_days VALUES (?, 120, 3)", (iso,))
    news.executemany(
        "INSERT OR REPLACE INTO activity_hours VALUES (?, ?, 5, 0)", [(iso, hour) for hour in range(24)]
    )
    read = {max(1, newest - int(chance.expovariate(1 / 300))): 0 for _ in range(READ_A_DAY)}
    rows = [(post_id, chance.randint(1, 80)) for post_id in read]
    counted.executemany("INSERT INTO post_days VALUES (?, ?, ?)", [(iso, *row) for row in rows])
    counted.executemany(
        "INSERT INTO post_views VALUES (?, ?) ON CONFLICT DO UPDATE SET views = views + excluded.views", rows
    )
    names = [
        ("referrer", f"site{number}.example", chance.randint(1, 90))
        for number in chance.sample(range(3000), REFERRERS)
    ]
    names += [
        ("word", f"낱말 {number}", chance.randint(3, 40)) for number in chance.sample(range(5000), WORDS)
    ]
    names += [("device", name, 900) for name in ("phone", "tablet", "desktop")] + [
        ("language", name, 50) for name in ("ko", "en", "vi", "zh")
    ]
    names += [("robot", f"robot{number}", 30) for number in range(40)] + [("section", "1", sum(hours) * 3)]
    starts = tallies.starts(day)  # type: ignore[arg-type]
    tallied = [
        (kind, span, str(start), name, count) for kind, name, count in names for span, start in starts.items()
    ]
    tallied += [
        ("post", span, str(starts[span]), str(post_id), count)
        for post_id, count in rows
        for span in ("month", "year")
    ]
    counted.executemany(
        "INSERT INTO tallies VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        tallied,
    )


def measure(app: object) -> bool:
    """Print how long each page takes. Returns whether any takes too long."""
    with app.app_context():  # type: ignore[attr-defined]
        token = Login.start(membership.editor(), remember=False)
        db.session.commit()
    client = app.test_client()  # type: ignore[attr-defined]
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    print(f"{'page':28} {'first':>9} {'median of 15':>13}")
    slow = False
    for path in [*(f"/desk/statistics?unit={unit}" for unit in UNITS), "/visitors", "/"]:
        taken = []
        for _ in range(16):
            begun = time.perf_counter()
            answer = client.get(path)
            taken.append(time.perf_counter() - begun)
            assert answer.status_code == 200, path
        median = statistics.median(taken[1:])
        slow |= median > LONGEST
        print(f"{path:28} {taken[0] * 1000:6.1f} ms {median * 1000:10.1f} ms")
    return slow


if __name__ == "__main__":
    sys.exit(main())
