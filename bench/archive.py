"""A large archive: the posts of ten years, written straight into the tables and the search index.

Run: .venv/bin/python bench/archive.py [--posts 100000] [--folder FOLDER]. An existing archive is used again,
after the migrations that it lacks. `known.json` beside the databases says what a search must find.
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import flask_migrate
from rows import FIRST, MEMBERS, Known, Rows, RowSource, stored
from sqlalchemy import Table

from app import create_app
from cli import attach_migrations
from config import ROOT
from database import db
from domain.counter.models import PostViews
from domain.neighbours import membership
from domain.sample import composing, structure
from domain.search.search_index import COMMENTS, POSTS, Index
from lib.files.store import Store
from lib.sqlite import revisions
from lib.sqlite.driver import sqlite3
from lib.text import plain
from models import Comment, Member, Photo, Post, PostTag, Section, Tag

FORMAT = "1"  # change it whenever this program builds other archives
FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "maeul-bench"
SEED = 1
EDITOR, PASSWORD = "editor", "느티나무 아래서 1"
# How many posts of a hundred; the other sections share the rest.
SHARES = {
    "local": 30,
    "hall": 14,
    "culture": 10,
    "education": 9,
    "safety": 7,
    "council": 6,
    "residents": 5,
    "sharing": 5,
}
PICTURES = ("river-path", "council-chamber", "bakery", "bookshop", "bridge-dawn")
INDEX_MEMORY = 1 << 28  # bytes of the search index that are collected in memory before they are written
# An archive that is only half built is built again, so it need not survive a power cut.
FAST = (
    "journal_mode=OFF",
    "synchronous=OFF",
    "locking_mode=EXCLUSIVE",
    "cache_size=-400000",
    "foreign_keys=OFF",
)


def ready(posts: int, folder: Path = FOLDER) -> Path:
    """The data folder of the archive with so many posts; it is built if there is none."""
    data = folder / f"{posts}-{SEED}"
    stamp = data / "stamp"
    if not stamp.is_file() or stamp.read_text() != FORMAT:
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        _build(data, posts)
        stamp.write_text(FORMAT)
    newest, _all = revisions.known(ROOT / "migrations" / "versions")
    if {revisions.current(data / name) for name in ("maeul.db", "visitors.db")} != {newest}:
        _migrate(data)
    return data


def known(data: Path) -> Known:
    return Known(**json.loads((data / "known.json").read_text("utf-8")))


def _build(data: Path, posts: int) -> None:
    _migrate(data)
    app = create_app(data=data, secret_key="bench", site_url="")
    with app.app_context(), app.test_request_context():
        membership.create_editor(EDITOR, "편집인", "editor@example.com", PASSWORD)
        db.session.merge(structure.fill_imprint())
        structure.add_sections()
        structure.add_pages()
        store = Store(data / "media")
        pictures = [composing.take_picture(name, store, megapixels=60) for name in PICTURES]
        boards = db.select(Section).where(Section.parent_id.is_not(None)).order_by(Section.id)
        shares = [
            (board.id, board.group_id, SHARES.get(board.slug, 1)) for board in db.session.scalars(boards)
        ]
        db.session.commit()
        _disconnect()
    news = sqlite3.connect(data / "maeul.db", isolation_level=None)
    found = _write(news, RowSource(posts, SEED, shares, pictures))
    news.close()
    _add_views(data / "visitors.db", posts)
    (data / "known.json").write_text(json.dumps(vars(found), ensure_ascii=False), "utf-8")


def _migrate(data: Path) -> None:
    """Create both databases, or bring them to the newest revision."""
    app = create_app(data=data, secret_key="bench", site_url="")
    with app.app_context():
        attach_migrations(app)
        flask_migrate.upgrade(str(ROOT / "migrations"))
        _disconnect()


def _disconnect() -> None:
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


def _write(news: Any, source: RowSource) -> Known:
    """Insert everything in one transaction."""
    for pragma in FAST:
        news.execute(f"PRAGMA {pragma}")
    news.execute("BEGIN")
    for index in (POSTS, COMMENTS):
        _configure(news, index.table, hashsize=INDEX_MEMORY, automerge=0, crisismerge=1999)
    _insert(news, Member.__table__, _members(source.prose.people))  # type: ignore[arg-type]
    tags = ({"id": n, "name": name, "key": plain.key(name)} for n, name in enumerate(source.tags, 1))
    _insert(news, Tag.__table__, list(tags))  # type: ignore[arg-type]
    with click.progressbar(length=source.posts, label=f"{source.posts:,} posts", file=sys.stderr) as progress:
        for rows in _batches(source):
            if isinstance(rows, Known):
                found = rows
                break
            for table, of_table in ((Post, rows.posts), (Photo, rows.photos), (Comment, rows.comments)):
                _insert(news, table.__table__, of_table)  # type: ignore[arg-type]
            columns = "(post_id, tag_id, position, published_at) VALUES (?, ?, ?, ?)"
            news.executemany(f"INSERT INTO {PostTag.__tablename__} {columns}", rows.post_tags)
            _index(news, POSTS, rows.post_rowids, rows.post_search)
            _index(news, COMMENTS, rows.comment_rowids, rows.comment_search)
            progress.update(len(rows.posts))
    for index in (POSTS, COMMENTS):
        news.execute(f"INSERT INTO {index.table} ({index.table}) VALUES ('optimize')")
        _configure(news, index.table, hashsize=1 << 20, automerge=4, crisismerge=16)  # FTS5's defaults
    news.execute("COMMIT")
    news.execute("PRAGMA locking_mode=NORMAL")
    news.execute("PRAGMA journal_mode=WAL")
    return found


def _batches(source: RowSource) -> Iterator[Rows | Known]:
    """The batches, generated in another process while this one writes; then what is known of them."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_send, args=(source, sender), daemon=True)
    process.start()
    sender.close()
    try:
        while True:
            yield receiver.recv()
    except EOFError:
        process.join()


def _send(source: RowSource, sender: Any) -> None:
    for rows in source.batches():
        sender.send(rows)
    sender.send(source.known)


def _configure(news: Any, table: str, **settings: int) -> None:
    """Set options of an FTS5 table."""
    for name, value in settings.items():
        news.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('{name}', {value})")


def _index(
    news: Any, index: Index, rowids: Iterable[tuple[int, int]], rows: Iterable[tuple[Any, ...]]
) -> None:
    news.executemany(f"INSERT INTO {index.rowid_table} (place, source_id) VALUES (?, ?)", rowids)
    columns = ("rowid", *index.columns, "place")
    marks = ", ".join("?" * len(columns))
    news.executemany(f"INSERT INTO {index.table} ({', '.join(columns)}) VALUES ({marks})", rows)


def _insert(news: Any, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; columns they lack get the scalar default of the model."""
    if not rows:
        return
    defaults = {
        column.name: column.default.arg
        for column in table.columns
        if column.name not in rows[0] and column.default is not None and column.default.is_scalar
    }
    values = [f":{name}" for name in rows[0]]
    values += [repr(int(value) if isinstance(value, bool) else value) for value in defaults.values()]
    names = ", ".join([*rows[0], *defaults])
    news.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(values)})", rows)


def _members(people: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    for number, name in enumerate(islice(people, MEMBERS), 2):  # the editor is 1
        names = {
            "username": f"reader{number}",
            "nickname": f"{name}{number}",
            "email": f"reader{number}@example.com",
        }
        keys = {f"{column}_key": plain.key(value) for column, value in names.items()}
        found.append({"id": number, **names, **keys, "password_hash": "!", "joined_at": stored(FIRST)})
    return found


def _add_views(file: Path, posts: int) -> None:
    """How often each post was read, as the counter would have left it."""
    dice = random.Random(SEED)
    rows = ((post_id, int(dice.paretovariate(0.9)) % 5000 + 1) for post_id in range(1, posts + 1))
    with sqlite3.connect(file) as visitors:
        visitors.executemany(f"INSERT INTO {PostViews.__tablename__} (post_id, views) VALUES (?, ?)", rows)
    visitors.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    print(ready(arguments.posts, arguments.folder))


if __name__ == "__main__":
    main()
