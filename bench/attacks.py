"""Hostile requests, and how long a cached front page and /healthz take meanwhile.

Exits with 1 if one of them takes more than a second. Runs on a new sample paper of its own.
"""

import multiprocessing
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import load
from report import Row, Table, circumstances
from serving import ROOT, Server, Session, sessions

sys.path.insert(0, str(ROOT / "tests"))

import hostile_texts

from lib.web.passwords import hash_password

BURST = 500  # requests at once
ADDRESSES = [f"198.51.100.{number}" for number in range(20)]
COMMENTS, READERS, SECONDS = 20, 6, 10
OWED = 1.0  # seconds
PASSWORD = "a long way to the village"
WATCHED = ("/", "/healthz")

Letter = tuple[str, Session, dict[str, str]]  # path, sender, fields


class Watch:
    """Requests the watched pages as a guest, from a process of its own. `slowest`: path -> seconds."""

    def __init__(self, server: Server):
        self.server, self.slowest = server, {}

    def __enter__(self) -> "Watch":
        self.here, there = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=_watch, args=(self.server, there))
        self.process.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.here.send("stop")
        self.slowest = self.here.recv()
        self.process.join()

    def row(self, title: str, seen: str) -> Row:
        shown = ", ".join(f"{path} {seconds * 1000:.0f} ms" for path, seconds in self.slowest.items())
        return Row(f"{title} ({seen})", shown, f"≤ {OWED:.0f} s", max(self.slowest.values()) <= OWED)


def main() -> int:
    load.wrk()  # exits if it is missing
    table = Table()
    with tempfile.TemporaryDirectory(prefix="maeul-attacks-") as name:
        folder = Path(name)
        paper = folder / "paper"
        with Server(paper):
            pass  # the first start loads the sample paper
        _editor, members = sessions(paper, len(ADDRESSES))
        guest, joins = _prepared(paper)
        with Server(paper, joins_per_day=BURST, join_seconds=0) as server:
            _comments(table, server, members, folder)
            _burst(table, server, "logins", _logins(guest))
            _burst(table, server, "joins", joins)
            _burst(table, server, "new passwords", _new_passwords(members))
    table.progress("")
    print(f"\n{circumstances()}, the slowest answer under each attack:\n\n{table}")
    return 0 if table.met else 1


def _watch(server: Server, pipe: Any) -> None:
    slowest = dict.fromkeys(WATCHED, 0.0)
    while not pipe.poll(0.02):
        for path in WATCHED:
            began = time.perf_counter()
            status, _body = server.get(path)
            took = time.perf_counter() - began if status == 200 else float("inf")
            slowest[path] = max(slowest[path], took)
    pipe.send(slowest)


def _comments(table: Table, server: Server, members: list[Session], folder: Path) -> None:
    """Hostile comments under one article, then members who read it while the comments go on."""
    article = re.findall(r"/posts/\d+", server.get("/")[1].decode())[0]
    (folder / "article").write_text(f"{article}\n")
    (folder / "readers").write_text("".join(member.line for member in members))
    texts = [hostile_texts.WORST, *islice(hostile_texts.texts(3000), 0, None, 90)]
    letters: list[Letter] = [
        (f"{article}/comments", member, {"body": text, "idempotency_key": f"attack {number}"})
        for number, (member, text) in enumerate(zip(cycle(members), texts, strict=False))
    ]
    with Watch(server) as watch:
        sent = Counter(_send(server, letter) for letter in letters[:COMMENTS])
        with ThreadPoolExecutor(1) as writer:
            more = writer.submit(lambda: [_send(server, letter) for letter in letters[COMMENTS:]])
            pages = load.Pages(server, folder / "article", folder / "readers")
            seen = pages.load(SECONDS, READERS)
            sent.update(more.result())
    table.add(watch.row("hostile comments, six readers", f"{_statuses(sent)}; article p95 {seen.p95:.0f} ms"))


def _burst(table: Table, server: Server, title: str, letters: list[Letter]) -> None:
    """All of these at once."""
    table.progress(title)
    with Watch(server) as watch, ThreadPoolExecutor(len(letters)) as pool:
        sent = Counter(pool.map(lambda letter: _send(server, letter), letters))
    table.add(watch.row(f"{len(letters)} {title} at once", _statuses(sent)))


def _send(server: Server, letter: Letter) -> int:
    """The status."""
    path, session, fields = letter
    body = urlencode({"csrf_token": session.token, **fields}).encode()
    form = "application/x-www-form-urlencoded"
    return server.send("POST", path, session, body, Content_Type=form)[0]


def _statuses(sent: Counter[int]) -> str:
    return ", ".join(f"{count} × {status}" for status, count in sorted(sent.items()))


def _from_everywhere(session: Session) -> Iterator[Session]:
    return cycle(replace(session, address=address) for address in ADDRESSES)


def _logins(guest: Session) -> list[Letter]:
    """A third each with the right password, a wrong one, and a name that nobody has."""
    accounts = cycle([("editor", PASSWORD), ("editor", "wrong password"), ("nobody", "wrong password")])
    return [
        ("/login", session, {"username": name, "password": password})
        for session, (name, password) in islice(zip(_from_everywhere(guest), accounts, strict=False), BURST)
    ]


def _new_passwords(members: list[Session]) -> list[Letter]:
    fields = {"current_password": PASSWORD, "password": PASSWORD, "password_confirm": PASSWORD}
    senders = zip(cycle(members), cycle(ADDRESSES), strict=False)
    return [
        ("/me/password", replace(member, address=address), fields)
        for member, address in islice(senders, BURST)
    ]


def _prepared(paper: Path) -> tuple[Session, list[Letter]]:
    """Give every account PASSWORD. Returns a guest's session, and join forms with the right digits."""
    from app import create_app
    from database import db, visitors_transaction
    from domain.neighbours import captchas
    from models import Member
    from views.web import form_age

    app = create_app(data=paper, site_url="")
    with app.test_client() as browser:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/login").text)
        cookie = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
    guest = Session(f"{cookie.key}={cookie.value}" if cookie else "", found[1] if found else "", "")
    with app.app_context():
        db.session.execute(db.update(Member).values(password_hash=hash_password(PASSWORD)))
        db.session.commit()
        with visitors_transaction(1000) as connection:
            keys = [captchas.issue(connection) for _ in range(BURST)]
        opened = form_age.new_moment()
        forms = [_join_form(number, key, captchas.find(key), opened) for number, key in enumerate(keys)]
        for engine in db.engines.values():
            engine.dispose()
    return guest, [
        ("/join", session, form) for session, form in zip(_from_everywhere(guest), forms, strict=False)
    ]


def _join_form(number: int, key: str, digits: str | None, opened: str) -> dict[str, str]:
    agreed = dict.fromkeys(("agree_terms", "agree_privacy", "agree_age"), "y")
    names = {"username": f"attacker{number}", "nickname": f"이웃{number}", "email": f"a{number}@example.com"}
    passwords = {"password": PASSWORD, "password_confirm": PASSWORD}
    return {**names, **passwords, **agreed, "captcha_key": key, "captcha": digits or "", "opened": opened}


if __name__ == "__main__":
    sys.exit(main())
