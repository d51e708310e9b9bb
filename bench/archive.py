"""A large invented archive: posts of ten years with comments, members, tags, sections, photos and captions, in the search index too.

Run: .venv/bin/python bench/archive.py [--posts 100000] [--seed 1] [--folder FOLDER]. What is there already is used again, after
the migrations that it lacks.

What is planted in it is known: `known.json` tells for some words in how many posts they stand, and for rare ones in which.
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
import sys
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import flask_migrate
import prose
from prose import Form, Prose
from sqlalchemy import Table

from app import create_app
from cli import attach_migrations
from config import ROOT
from database import db
from domain.counter.models import PostViews
from domain.neighbours import membership
from domain.sample import composing, structure
from domain.search import search_index
from domain.search.search_index import COMMENTS, POSTS, SECOND, Index, token
from lib.files.store import Store
from lib.sqlite import revisions
from lib.sqlite.driver import sqlite3
from lib.text import plain, words
from models import Comment, Member, Photo, Post, PostTag, Section, Tag

MADE_BY = 1  # another number whenever this program makes another archive
FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "maeul-bench"
FIRST, LAST = datetime(2016, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 1000  # posts written at once
MEMBERS, TAGS, RARE, PAIRS = 2000, 1500, 200, 16
BODY = (600, 220, 1500)  # characters: the least, how much more on average, the most
WORDS_A_CHARACTER = 1 / 3.87
EDITOR, PASSWORD = "editor", "느티나무 아래서 1"
# How many posts of a hundred; the other sections share what is left.
SECTIONS = {
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
HIGH = 1 << 28  # bytes of the index that are gathered in memory before they are written


@dataclass
class Known:
    """What is known of an archive without asking it.

    :param counts: in how many posts these letters stand
    :param rare: words and the posts they stand in
    :param none: what stands nowhere
    """

    posts: int
    comments: int = 0
    common: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    rare: dict[str, list[int]] = field(default_factory=dict)
    none: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def ready(posts: int, seed: int = 1, folder: Path = FOLDER) -> Path:
    """The data folder of such an archive, made now where there is none."""
    data = folder / f"{posts}-{seed}"
    if not (data / "stamp").is_file() or (data / "stamp").read_text().split()[0] != str(MADE_BY):
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        _make(data, posts, seed)
        (data / "stamp").write_text(str(MADE_BY))
    newest, _known = revisions.known(ROOT / "migrations" / "versions")
    if {revisions.current(data / name) for name in ("maeul.db", "visitors.db")} != {newest}:
        _migrate(data)
    return data


def known(data: Path) -> Known:
    return Known(**json.loads((data / "known.json").read_text("utf-8")))


def _make(data: Path, posts: int, seed: int) -> None:
    app = create_app(data=data, secret_key="bench", site_url="")
    with app.app_context(), app.test_request_context():
        attach_migrations(app)
        flask_migrate.upgrade(str(ROOT / "migrations"))
        pictures = _begin(Store(data / "media"))
        sections = [(section.id, section.group_id, SECTIONS.get(section.slug, 1)) for section in _boards()]
        db.session.commit()
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    maker = Maker(posts, seed, sections, pictures)
    news = sqlite3.connect(data / "maeul.db", isolation_level=None)
    known = _write(news, maker)
    news.close()
    _count_readers(data / "visitors.db", posts, seed)
    (data / "known.json").write_text(json.dumps(vars(known), ensure_ascii=False), "utf-8")


def _migrate(data: Path) -> None:
    """Bring both databases in step with the program, as a server's start would."""
    app = create_app(data=data, secret_key="bench", site_url="")
    with app.app_context():
        attach_migrations(app)
        flask_migrate.upgrade(str(ROOT / "migrations"))
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def _begin(store: Store) -> list[composing.Picture]:
    """The paper before its first article."""
    membership.create_editor(EDITOR, "편집인", "editor@example.com", PASSWORD)
    db.session.merge(structure.fill_imprint())
    structure.add_sections()
    structure.add_pages()
    return [picture for _name, picture in composing.take_pictures(list(PICTURES), store, 60)]


def _boards() -> Sequence[Section]:
    return db.session.scalars(
        db.select(Section).where(Section.parent_id.is_not(None)).order_by(Section.id)
    ).all()


class Maker:
    """Makes rows for every table, in the order of time."""

    def __init__(
        self, posts: int, seed: int, sections: list[tuple[int, int, int]], pictures: list[composing.Picture]
    ):
        self.posts, self.pictures = posts, pictures
        self.dice = random.Random(f"archive {seed} {posts}")
        self.words = Prose(seed)
        self.places = [(section, group) for section, group, share in sections for _ in range(share)]
        self.known = self._plan()
        self.tags = self.words.nouns[: TAGS * 2 : 2]
        self.planted: dict[int, list[Form]] = {}
        for word, ids in self.known.rare.items():
            for post_id in ids:
                self.planted.setdefault(post_id, []).append(Form.of(word))
        self.last_place = {POSTS: 0, COMMENTS: 0}
        self.waiting: list[Remark] = []
        self.comment_id = 0

    def _plan(self) -> Known:
        """Which words are asked for later."""
        known = Known(self.posts)
        twos = [noun for noun in self.words.nouns if len(noun) == 2 and noun[0] >= "가"]
        known.common = twos[:4]
        known.pairs = [twos[int(10 * (len(twos) / 10) ** (place / PAIRS))] for place in range(PAIRS)]
        known.counts = dict.fromkeys(known.common + known.pairs, 0)
        dice = random.Random("rare")
        for _ in range(RARE):
            word = self.words.unsaid(dice, 4)
            known.rare[word] = sorted(dice.sample(range(1, self.posts + 1), dice.randint(1, 10)))
        known.none = [self.words.unsaid(dice, length) for length in (2, 3, 4, 4) for _ in range(5)]
        known.none = [word for word in known.none if not any(word in rare for rare in known.rare)]
        return known

    def batches(self) -> Iterator["Rows"]:
        for first in range(1, self.posts + 1, BATCH):
            rows = Rows()
            until = min(first + BATCH, self.posts + 1)
            for post_id in range(first, until):
                self._post(rows, post_id)
            self._say(rows, self._moment(until) if until <= self.posts else LAST + timedelta(days=400))
            yield rows
        self.known.comments = self.comment_id

    def _moment(self, post_id: int) -> datetime:
        """When a post appears: evenly over all the years."""
        return FIRST + (LAST - FIRST) * (post_id / (self.posts + 1))

    def _post(self, rows: "Rows", post_id: int) -> None:
        dice = self.dice
        at = self._moment(post_id) + timedelta(microseconds=dice.randrange(1000))
        section_id, group_id = dice.choice(self.places)
        title = prose.said(self._headline(4, 8))
        subtitle = prose.said(self._headline(5, 9)) if dice.random() < 0.3 else Form("", "")
        html, body = self._body(post_id)
        tags = self._tags(rows, post_id, at)
        captions, cover_id = self._photos(rows, post_id, at)
        byline = Form.of(f"{dice.choice(self.words.people[:12])} 기자")
        remarks = self._remarks(post_id, section_id, group_id, at)
        rows.posts.append({
            "id": post_id, "section_id": section_id, "group_id": group_id, "author_id": 1, "title": title.text, "subtitle": subtitle.text,
            "body": html, "summary": plain.shorten(body.text, 120), "byline": byline.text, "cover_id": cover_id,
            "has_video": int(dice.random() < 0.04), "comment_count": sum(1 for remark in remarks if remark.is_shown),
            "created_at": _stored(at - timedelta(minutes=37)), "published_at": _stored(at),
        })  # fmt: skip
        parts = {
            "title": title,
            "subtitle": subtitle,
            "tags": tags,
            "body": body,
            "byline": byline,
            "captions": captions,
        }
        place = self._place(POSTS, at)
        where = f"{token('s', section_id)} {token('g', group_id)}"
        rows.post_places.append((place, post_id))
        rows.post_search.append((place, *(parts[column].tokens for column in POSTS.columns), where))
        self._count("\n".join(part.text for part in parts.values()))

    def _headline(self, least: int, most: int) -> list[Form]:
        return self.words.draw(self.dice, self.dice.randint(least, most))

    def _body(self, post_id: int) -> tuple[str, Form]:
        """Sentences of eight to thirteen words, three or four to a paragraph: HTML, and its words."""
        dice = self.dice
        least, more, most = BODY
        length = min(least + dice.expovariate(1 / more), most)
        forms = self.words.draw(dice, int(length * WORDS_A_CHARACTER))
        step = dice.randint(8, 13)
        for place in (3, len(forms) // 2):
            forms[place] = prose.number(dice)
        forms[step - 1 :: step] = dice.choices(self.words.closers, k=len(forms[step - 1 :: step]))
        forms[-1] = dice.choice(self.words.closers)
        planted = self.planted.get(post_id, [])
        for word, sentence in zip(planted, dice.sample(range(len(forms) // step), len(planted)), strict=True):
            forms[sentence * step] = word
        size = step * dice.randint(3, 4)
        paragraphs = [prose.said(forms[first : first + size]) for first in range(0, len(forms), size)]
        html = "\n".join([f"<p>{paragraph.text}</p>" for paragraph in paragraphs])
        return html, Form(*(" ".join(parts) for parts in zip(*paragraphs, strict=True)))

    def _tags(self, rows: "Rows", post_id: int, at: datetime) -> Form:
        count = self.dice.choices((0, 1, 2, 3, 4), weights=(35, 15, 20, 20, 10))[0]
        chosen = dict.fromkeys(int(TAGS ** self.dice.random()) - 1 for _ in range(count))
        rows.post_tags += [(post_id, tag + 1, place, _stored(at)) for place, tag in enumerate(chosen, 1)]
        line = " / ".join(self.tags[tag] for tag in chosen)
        return Form(line, words.tokens(line))

    def _photos(self, rows: "Rows", post_id: int, at: datetime) -> tuple[Form, int | None]:
        """Two posts in five have photos, most of them with a caption. The pictures are always the same few."""
        count = self.dice.choices((0, 1, 2, 4), weights=(60, 25, 10, 5))[0]
        captions = []
        for position in range(1, count + 1):
            picture = self.dice.choice(self.pictures)
            caption = prose.said(self._headline(4, 9)) if self.dice.random() < 0.8 else Form("", "")
            captions += [caption] if caption.text else []
            photo_id = post_id * 4 + position - 1
            rows.photos.append({
                "id": photo_id, "post_id": post_id, "digest": picture.digest, "width": picture.width, "height": picture.height,
                "caption": caption.text, "position": position, "created_at": _stored(at),
            })  # fmt: skip
        said = Form(
            " / ".join(caption.text for caption in captions), " ".join(caption.tokens for caption in captions)
        )
        return said, post_id * 4 if count else None

    def _remarks(self, post_id: int, section_id: int, group_id: int, at: datetime) -> list["Remark"]:
        """Half of the posts have none, a few have a hundred: two on average."""
        dice = self.dice
        count = 0 if dice.random() < 0.5 else min(int(dice.paretovariate(1.1)), 150)
        remarks: list[Remark] = []
        where = f"{token('s', section_id)} {token('g', group_id)} {token('p', post_id)}"
        for _ in range(count):
            after = timedelta(seconds=min(dice.expovariate(1 / 40_000), 3_000_000))
            remarks.append(Remark(at + after, len(remarks), post_id, where, dice.randint(2, MEMBERS + 1)))
        remarks.sort()
        for place, remark in enumerate(remarks):
            chance = dice.random()
            if place and chance < 0.3:
                remark.parent = remarks[dice.randrange(place)]
                remark.secret = remark.parent.secret
            else:
                remark.secret = chance > 0.98
            remark.deleted = chance < 0.01
        self.waiting += remarks
        return remarks

    def _say(self, rows: "Rows", until: datetime) -> None:
        """The comments written before a moment, in their order."""
        self.waiting.sort()
        due = bisect(self.waiting, Remark(until, 0, 0, "", 0))
        for remark in self.waiting[:due]:
            self.comment_id += 1
            remark.id = self.comment_id
            forms = self.words.draw(self.dice, min(60, 2 + int(self.dice.expovariate(1 / 7))))
            forms.append(self.dice.choice(self.words.polite))
            said = prose.said(forms)
            parent = remark.parent
            rows.comments.append({
                "id": remark.id, "post_id": remark.post_id, "member_id": remark.member_id, "parent_id": parent and parent.id,
                "root_id": parent and (parent.root_id or parent.id), "body": "" if remark.deleted else said.text,
                "secret": int(remark.secret), "created_at": _stored(remark.at),
                "deleted_at": _stored(remark.at + timedelta(hours=2)) if remark.deleted else None,
            })  # fmt: skip
            remark.root_id = rows.comments[-1]["root_id"]
            if remark.is_shown:
                place = self._place(COMMENTS, remark.at)
                rows.comment_places.append((place, remark.id))
                rows.comment_search.append((place, said.tokens, remark.where))
        del self.waiting[:due]

    def _place(self, kind: Index, at: datetime) -> int:
        """As the app would number it: behind the others of its second."""
        first = search_index.first_rowid(at)
        last = self.last_place[kind]
        self.last_place[kind] = last + 1 if last >= first else first
        if self.last_place[kind] >= first + SECOND:
            raise ValueError("too many in one second")
        return self.last_place[kind]

    def _count(self, said: str) -> None:
        counts = self.known.counts
        for word in counts:
            if word in said:
                counts[word] += 1


@dataclass(order=True)
class Remark:
    """A comment before it is written."""

    at: datetime
    place: int
    post_id: int
    where: str = field(compare=False)
    member_id: int = field(compare=False)
    secret: bool = field(default=False, compare=False)
    deleted: bool = field(default=False, compare=False)
    parent: "Remark | None" = field(default=None, compare=False)
    id: int = field(default=0, compare=False)
    root_id: int | None = field(default=None, compare=False)

    @property
    def is_shown(self) -> bool:
        return not (self.secret or self.deleted)


@dataclass
class Rows:
    """Of a batch of posts, by table."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    photos: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    post_tags: list[tuple[Any, ...]] = field(default_factory=list)
    post_places: list[tuple[int, int]] = field(default_factory=list)
    comment_places: list[tuple[int, int]] = field(default_factory=list)
    post_search: list[tuple[Any, ...]] = field(default_factory=list)
    comment_search: list[tuple[Any, ...]] = field(default_factory=list)


def _made(maker: Maker) -> Iterator[Rows | Known]:
    """What a maker makes, in a process of its own: one batch ahead of those who write. What is known comes last."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_send, args=(maker, sender), daemon=True)
    process.start()
    sender.close()
    try:
        while True:
            yield receiver.recv()
    except EOFError:
        process.join()


def _send(maker: Maker, sender: Any) -> None:
    for rows in maker.batches():
        sender.send(rows)
    sender.send(maker.known)


def _write(news: Any, maker: Maker) -> Known:
    """All rows, in one transaction that is not safe against a power cut: an archive that is half made is made anew."""
    for pragma in (
        "journal_mode=OFF",
        "synchronous=OFF",
        "locking_mode=EXCLUSIVE",
        "cache_size=-400000",
        "foreign_keys=OFF",
    ):
        news.execute(f"PRAGMA {pragma}")
    news.execute("BEGIN")
    for kind in (POSTS, COMMENTS):
        _gather(news, kind, hashsize=HIGH, automerge=0, crisismerge=1999)
    _insert(news, Member.__table__, _members(maker.words.people))  # type: ignore[arg-type]
    _insert(
        news,
        Tag.__table__,
        [{"id": n, "name": name, "key": plain.key(name)} for n, name in enumerate(maker.tags, 1)],
    )  # type: ignore[arg-type]
    with click.progressbar(length=maker.posts, label=f"{maker.posts:,} posts") as progress:
        for rows in _made(maker):
            if isinstance(rows, Known):
                known = rows
                break
            _insert(news, Post.__table__, rows.posts)  # type: ignore[arg-type]
            _insert(news, Photo.__table__, rows.photos)  # type: ignore[arg-type]
            _insert(news, Comment.__table__, rows.comments)  # type: ignore[arg-type]
            tagged = f"INSERT INTO {PostTag.__tablename__} (post_id, tag_id, position, published_at) VALUES (?, ?, ?, ?)"
            news.executemany(tagged, rows.post_tags)
            _index(news, POSTS, rows.post_places, rows.post_search)
            _index(news, COMMENTS, rows.comment_places, rows.comment_search)
            progress.update(len(rows.posts))
    click.echo("Closing the gaps of the index …")
    for kind in (POSTS, COMMENTS):
        news.execute(f"INSERT INTO {kind.table} ({kind.table}) VALUES ('optimize')")
        _gather(news, kind, hashsize=1 << 20, automerge=4, crisismerge=16)  # as SQLite has them
    news.execute("COMMIT")
    news.execute("PRAGMA locking_mode=NORMAL")
    news.execute("PRAGMA journal_mode=WAL")
    return known


def _gather(news: Any, kind: Index, **settings: int) -> None:
    for name, value in settings.items():
        news.execute(f"INSERT INTO {kind.table} ({kind.table}, rank) VALUES ('{name}', {value})")


def _index(news: Any, kind: Index, places: Iterable[tuple[int, int]], rows: Iterable[tuple[Any, ...]]) -> None:
    news.executemany(f"INSERT INTO {kind.rowid_table} (place, source_id) VALUES (?, ?)", places)
    marks = ", ".join("?" * (len(kind.columns) + 2))
    news.executemany(
        f"INSERT INTO {kind.table} (rowid, {', '.join(kind.columns)}, place) VALUES ({marks})", rows
    )


def _insert(news: Any, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Rows with the columns given, and what the model gives to the others."""
    if not rows:
        return
    given = list(rows[0])
    others = {
        column.name: column.default.arg
        for column in table.columns
        if column.name not in given and _is_plain(column.default)
    }
    names = given + list(others)
    marks = ", ".join([*(f":{name}" for name in given), *(repr(_plain(value)) for value in others.values())])
    news.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", rows)


def _is_plain(default: Any) -> bool:
    return default is not None and default.is_scalar


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _members(people: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    for number, name in enumerate(islice(people, MEMBERS), 2):
        username, nickname = f"reader{number}", f"{name}{number}"
        email = f"{username}@example.com"
        keys = {
            "username_key": plain.key(username),
            "nickname_key": plain.key(nickname),
            "email_key": plain.key(email),
        }
        names = {"username": username, "nickname": nickname, "email": email}
        found.append({"id": number, **names, **keys, "password_hash": "!", "joined_at": _stored(FIRST)})
    return found


def _stored(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _count_readers(file: Path, posts: int, seed: int) -> None:
    """How often every post was read in all, as the counter would have left it."""
    dice = random.Random(seed)
    with sqlite3.connect(file) as counted:
        rows = ((post_id, int(dice.paretovariate(0.9)) % 5000 + 1) for post_id in range(1, posts + 1))
        counted.executemany(f"INSERT INTO {PostViews.__tablename__} (post_id, views) VALUES (?, ?)", rows)
    counted.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    print(ready(arguments.posts, arguments.seed, arguments.folder))


if __name__ == "__main__":
    main()
