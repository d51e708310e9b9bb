"""Whether the time of a login or of a forgotten password tells that somebody has a name.

Names that somebody has and names that nobody has are sent in turn, each from an address of its own. The
difference of the two first quartiles is compared with what chance does, with the same times and their labels
shuffled. Exits with 1 if it is larger than 95 of 100 of those.
"""

import json
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from report import Row, Table, circumstances
from serving import Server, Session

ROUNDS = 140  # of each kind: an account answers 300 wrong passwords of a day at full speed
WARM_UP = 10
SHUFFLES = 2000
MAIL = {"smtp_host": "127.0.0.1", "smtp_port": 1, "mail_from": "news@paper.example"}  # nobody listens there
FORMS = {
    "/login": lambda name, *_sent_by: {"username": name, "password": "a wrong password"},
    "/password/reset": lambda name, *sent_by: {"name": name, **_digits(*sent_by)},
}


def main() -> int:
    table = Table()
    with tempfile.TemporaryDirectory(prefix="maeul-names-") as folder:
        paper = Path(folder) / "paper"
        with Server(paper):
            pass  # the first start loads the sample paper
        guest = _guest(paper)
        with Server(paper, site_url="http://paper.example", **MAIL) as server:
            for path in FORMS:
                table.progress(path)
                table.add(_row(path, *_times(server, guest, path)))
    table.progress("")
    print(f"\n{circumstances()}, names that somebody has and that nobody has:\n\n{table}")
    return 0 if table.met else 1


def _guest(paper: Path) -> Session:
    from app import create_app

    app = create_app(data=paper, site_url="")
    with app.test_client() as browser:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/login").text)
        cookie = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
    return Session(f"{cookie.key}={cookie.value}" if cookie else "", found[1] if found else "", "")


def _times(server: Server, guest: Session, path: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each answer: for names that somebody has, and that nobody has."""
    known: list[float] = []
    unknown: list[float] = []
    for number in range(WARM_UP + ROUNDS):
        pair = [("editor", known), (f"nobody{number}", unknown)]
        random.shuffle(pair)
        for name, times in pair:
            address = f"198.18.{number // 100 * 2 + (times is known)}.{number % 100 + 1}"
            took = _send(server, Session(guest.cookie, guest.token, address), path, name)
            if number >= WARM_UP:
                times.append(took)
    return known, unknown


def _send(server: Server, sender: Session, path: str, name: str) -> float:
    body = urlencode({"csrf_token": sender.token, **FORMS[path](name, server, sender)}).encode()
    began = time.perf_counter()
    status, _body = server.send("POST", path, sender, body, Content_Type="application/x-www-form-urlencoded")
    took = time.perf_counter() - began
    if status not in (303, 422):
        sys.exit(f"{path} answers {status}")
    return took * 1000


def _digits(server: Server, sender: Session) -> dict[str, str]:
    """New digits of the captcha with their key, as a person would read them."""
    _status, page = server.send("GET", "/captcha/new", sender, None)
    key = json.loads(page)["key"]
    with closing(sqlite3.connect(server.settings.visitors_file)) as connection:
        (answer,) = connection.execute("SELECT answer FROM captchas WHERE key = ?", (key,)).fetchone()
    return {"captcha_key": key, "captcha": answer}


def _row(path: str, known: list[float], unknown: list[float]) -> Row:
    difference = abs(_usual(known) - _usual(unknown))
    both, by_chance = [*known, *unknown], []
    for _ in range(SHUFFLES):
        random.shuffle(both)
        by_chance.append(abs(_usual(both[: len(known)]) - _usual(both[len(known) :])))
    noise = statistics.quantiles(by_chance, n=20)[-1]
    shown = f"{_usual(known):.1f} and {_usual(unknown):.1f} ms, apart {difference:.2f} ms"
    return Row(f"{path}, {len(known)} of each", shown, f"≤ {noise:.2f} ms (noise)", difference <= noise)


def _usual(times: list[float]) -> float:
    """The first quartile: other work of the machine disturbs it less than the median."""
    return statistics.quantiles(times, n=4)[0]


if __name__ == "__main__":
    sys.exit(main())
