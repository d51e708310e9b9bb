"""The production server under wrk: started as bin/serve does, asked for pages, written to, weighed, killed.

Nothing of this is loaded by the paper. bench/table.py says what is measured and prints it.
"""

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import config
import server

ROOT = config.ROOT
SCRIPTS = Path(__file__).resolve().parent / "wrk"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# What bin/serve sets.
MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": "1000000",
    "MALLOC_TRIM_THRESHOLD_": "1000000",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONUTF8": "1",
    "PYTHONOPTIMIZE": "2",
}


@dataclass(frozen=True)
class Session:
    """A logged-in browser: its cookie, a CSRF token, and the address it comes from."""

    cookie: str
    token: str
    address: str


@dataclass(frozen=True)
class Load:
    """What wrk saw. Times are milliseconds; `failed` are answers of 400 and more, and connections that broke."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    failed: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


class Server:
    """A running paper, or the bare function, on a port of its own.

    :param data: none for the bare function
    :param workers: 0: as many as the server has unless told otherwise
    """

    def __init__(self, data: Path | None, workers: int = 0, **settings: Any):
        wanted = {"port": _free_port(), "proxies": 1, **({"workers": workers} if workers else {}), **settings}
        self.data = data
        self.settings = config.load(**({"data": data} if data else {}), **wanted)
        told = {f"MAEUL_{name.upper()}": str(value) for name, value in wanted.items()}
        self.environment = os.environ | MEMORY | told | ({"MAEUL_DATA": str(data)} if data else {})
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.seconds_to_first_page = self.start()

    @property
    def port(self) -> int:
        return self.settings.port

    def start(self) -> float:
        """Returns how long it took to the first page, in seconds."""
        command = [sys.executable, "-m", "lib.supervisor", "server.py"]
        if self.data is None:
            command = [
                sys.executable,
                "-m",
                "granian",
                *server._options(self.settings)[:-1],
                "bench.bare:worker",
            ]
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            command, env=self.environment, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
        )
        while not self._answers():
            if self.process.poll() is not None:
                sys.exit(f"The server ended before it answered (exit {self.process.returncode}).")
            time.sleep(0.01)
        return time.perf_counter() - begun

    def kill(self) -> None:
        """As a power switch for its processes: all at once, without a word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def megabytes(self) -> float:
        """What all its processes take of the memory, what they share counted once (PSS)."""
        return sum(map(_pss, _tree(self.process.pid))) / 1000

    def get(
        self, path: str, session: Session | None = None, method: str = "GET", body: Any = None, **headers: str
    ) -> tuple[int, bytes]:
        """Status and body of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            cookie = {"Cookie": session.cookie, "X-Forwarded-For": session.address} if session else {}
            connection.request(method, path, body, {"User-Agent": BROWSER, **cookie, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def load(
        self,
        script: str,
        arguments: Sequence[Any] = (),
        *,
        seconds: int,
        connections: int,
        path: str = "/",
        **headers: str,
    ) -> Load:
        """Let wrk ask for so long. The path is asked for only by the script that draws none."""
        given = [
            part for name, value in headers.items() for part in ("-H", f"{name.replace('_', '-')}: {value}")
        ]
        command = [
            wrk(),
            "-t",
            "2" if connections > 2 else "1",
            "-c",
            str(connections),
            "-d",
            f"{seconds}s",
            "--timeout",
            "20s",
            *given,
        ]
        address = f"http://127.0.0.1:{self.port}{path}"
        ran = subprocess.run(
            [*command, "-s", script, address, "--", *map(str, arguments)],
            cwd=SCRIPTS,
            capture_output=True,
            text=True,
            check=False,
        )
        line = next((line for line in ran.stdout.splitlines() if line.startswith("RESULT ")), None)
        if line is None:
            sys.exit(f"wrk gave no result: {ran.stderr.strip() or ran.stdout.strip()}")
        told = json.loads(line.removeprefix("RESULT "))
        failed = told.pop("refused") + told.pop("broken")
        return Load(**told, failed=failed)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/")[0] == 200
        return False


def wrk() -> str:
    """Where it is; the end of everything where it is not."""
    return shutil.which("wrk") or sys.exit(
        "wrk is missing. On Debian or Ubuntu: sudo apt install wrk; elsewhere: https://github.com/wg/wrk"
    )


def sessions(data: Path, count: int, number_from: int) -> tuple[list[Session], Session]:
    """Browsers of so many members, and the editor's, as if they had logged in: their logins are in the database."""
    from flask import session as cookie_session
    from flask_wtf.csrf import generate_csrf

    from app import create_app
    from database import db
    from models import Login, Member

    app = create_app(data=data, site_url="")
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    found = []
    with app.app_context():
        db.session.execute(db.delete(Login))
        members = list(
            db.session.scalars(
                db.select(Member).where(Member.is_editor.is_(False)).order_by(Member.id).limit(count)
            )
        )
        for place, member in enumerate([db.session.get_one(Member, 1), *members]):
            token = Login.start(member, remember=False)
            with app.app_context(), app.test_request_context():  # a session of its own
                csrf = generate_csrf()
                cookie = signer.dumps({**cookie_session, "_user_id": token, "_fresh": True})
            number = number_from + place
            found.append(
                Session(
                    f"maeul={cookie}",
                    csrf,
                    f"172.{16 + number // 62500}.{number // 250 % 250}.{number % 250 + 1}",
                )
            )
        db.session.commit()
        _let_go()
    return found[1:], found[0]


def forget_comments(data: Path, last: int) -> int:
    """Take away the comments written since the archive was made. Returns how many."""
    from app import create_app
    from database import db
    from domain.search import search_index
    from models import Comment, Post

    app = create_app(data=data)
    with app.app_context():
        pooled = db.engine.raw_connection()  # the one that the session takes next
        pooled.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr] # each would look for its replies among millions
        pooled.close()
        written = db.session.execute(db.select(Comment.id, Comment.post_id).where(Comment.id > last)).all()
        ids, posts = [row.id for row in written], {row.post_id for row in written}
        db.session.execute(db.delete(Comment).where(Comment.id > last))
        search_index.index_comments(ids)
        shown = (Comment.post_id == Post.id, Comment.secret.is_(False), Comment.deleted_at.is_(None))
        count = db.select(db.func.count()).select_from(Comment).where(*shown).scalar_subquery()
        for post_id in posts:
            db.session.execute(db.update(Post).where(Post.id == post_id).values(comment_count=count))
        db.session.commit()
        _let_go()
    return len(ids)


def _let_go() -> None:
    from database import db

    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


def photo(megapixels: int) -> bytes:
    """A JPEG of so many million pixels, four to three, as heavy as a telephone's."""
    import io

    from PIL import Image

    width = round((megapixels * 1_000_000 * 4 / 3) ** 0.5)
    small = Image.frombytes(
        "RGB", (width // 16, width * 3 // 64), random.Random(1).randbytes(width // 16 * (width * 3 // 64) * 3)
    )
    file = io.BytesIO()
    small.resize((width, width * 3 // 4), Image.Resampling.BICUBIC).save(file, "JPEG", quality=92)
    return file.getvalue()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _tree(pid: int) -> list[int]:
    """A process and everything beneath it."""
    with contextlib.suppress(FileNotFoundError):
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
        return [pid, *(below for child in children for below in _tree(child))]
    return []


def _pss(pid: int) -> int:
    """Kilobytes (of 1000 bytes, nearly: the kernel's kB are of 1024)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 // 1000
