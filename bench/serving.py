"""A server under measurement, started as bin/serve starts it."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import config  # noqa: E402
import server  # noqa: E402

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
MALLOC = {  # as in bin/serve
    "MALLOC_MMAP_THRESHOLD_": "1000000",
    "MALLOC_TRIM_THRESHOLD_": "1000000",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONUTF8": "1",
}
START_TIMEOUT = 60  # seconds


@dataclass(frozen=True)
class Session:
    """A logged-in browser: its cookie, a CSRF token, and the address of the browser."""

    cookie: str
    token: str
    address: str

    @property
    def line(self) -> str:
        """As the Lua scripts read it from a file."""
        return f"{self.cookie}\t{self.token}\t{self.address}\n"


class Server:
    """A running server on a free port.

    :param data: data folder of the paper, or of a reference
    :param factory: of another application, "bench.bare:worker"; empty for the paper
    :param settings: fields of config.Settings
    """

    def __init__(self, data: Path, factory: str = "", **settings: Any):
        values = {"data": data, "port": _free_port(), "proxies": 1, "site_url": "", "nightly_backup": False}
        values |= settings
        self.settings = config.load(**values)
        variables = {f"MAEUL_{name.upper()}": str(value) for name, value in values.items()}
        self.environment = os.environ | MALLOC | variables
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.command = [sys.executable, "server.py"]
        if factory:  # the same server with the same options
            options = server._options(self.settings)[:-1]
            self.command = [sys.executable, "-m", "granian", *options, factory]
        self.seconds_to_first_page = self.start()

    @property
    def port(self) -> int:
        return self.settings.port

    def start(self) -> float:
        """Start it. Returns the seconds until it answered its front page."""
        began = time.perf_counter()
        self.process = subprocess.Popen(
            self.command, env=self.environment, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
        )
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - began > START_TIMEOUT:
                self.stop()
                sys.exit("The server does not answer its front page.")
            time.sleep(0.01)
        return time.perf_counter() - began

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_exception: Any) -> None:
        self.stop()

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to all its processes at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def megabytes(self) -> float:
        """Memory of all its processes, shared pages counted once (PSS)."""
        return sum(map(_pss, processes(self.process.pid))) / 1_000_000

    def get(self, path: str, session: Session | None = None, **headers: str) -> tuple[int, bytes]:
        """Status and body."""
        return self.send("GET", path, session, None, **headers)

    def send(
        self, method: str, path: str, session: Session | None, body: bytes | None, **headers: str
    ) -> tuple[int, bytes]:
        """:param headers: with underscores for hyphens"""
        sent = {"User-Agent": BROWSER} | {name.replace("_", "-"): value for name, value in headers.items()}
        if session:
            sent |= {"Cookie": session.cookie, "X-Forwarded-For": session.address}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return response.status, response.read()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/")[0] == 200
        return False


def sessions(data: Path, count: int) -> tuple[Session, list[Session]]:
    """The editor's session and those of so many members. Their logins replace all others in the database."""
    from flask import session as cookie_session
    from flask_wtf.csrf import generate_csrf

    from app import create_app
    from database import db
    from models import Login, Member

    app = create_app(data=data, site_url="")
    with app.test_request_context():
        token, csrf_token = generate_csrf(), cookie_session["csrf_token"]
    found = []
    with app.app_context():
        db.session.execute(db.delete(Login))
        first = db.select(Member).order_by(Member.is_editor.desc(), Member.id).limit(count + 1)
        for number, member in enumerate(db.session.scalars(first)):
            browser = app.test_client()
            login = Login.start(member, remember=False)
            with browser.session_transaction() as fields:
                fields.update(csrf_token=csrf_token, _user_id=login, _fresh=True)
            cookie = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
            address = f"172.16.{number // 250}.{number % 250 + 1}"
            found.append(Session(f"{cookie.key}={cookie.value}" if cookie else "", token, address))
        db.session.commit()
        for engine in db.engines.values():
            engine.dispose()
    return found[0], found[1:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes(pid: int) -> list[int]:
    """A process and its descendants."""
    with contextlib.suppress(FileNotFoundError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
        return [pid, *(process for child in children for process in processes(child))]
    return []


def _pss(pid: int) -> int:
    """Bytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
