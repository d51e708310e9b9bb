"""bin/update brings a newer version, or goes back to the old one with its data: nothing is lost."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

import cli
import config
import server
from database import db
from deploy import update
from models import Comment

STAND_INS = config.ROOT / "tests" / "fixtures" / "update"


@dataclass
class Place:
    """A machine with a program cloned from a repository, its data and its paper."""

    origin: Path
    program: Path
    data: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)

    def release(self, number: str, broken: str = "", requirements: str = "") -> None:
        (self.origin / "version.py").write_text(f"NUMBER = {number!r}\nBROKEN = {broken!r}\n")
        (self.origin / "requirements.txt").write_text(requirements)
        git(self.origin, "add", ".")
        git(self.origin, "commit", "-qm", number)
        git(self.origin, "tag", number)

    def start_update(self, *words: str, wait: int = 2) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, self.program / "deploy/update.py", f"--wait={wait}", *words],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def update(self, *words: str) -> tuple[int, str]:
        process = self.start_update(*words)
        output, _errors = process.communicate(timeout=60)
        return process.returncode, output

    def ask(self, path: str, line: str | None = None) -> str:
        """The text of a page; empty where it is not answered with 200. With a line: sends it."""
        try:
            body = None if line is None else line.encode()
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", body, timeout=5) as response:
                return response.read().decode()
        except (OSError, urllib.error.HTTPError):
            return ""

    @property
    def lines(self) -> list[str]:
        return (self.data / "maeul.db").read_text().splitlines()

    def in_shell(self, variable: str) -> None:
        command, environment = self.environment[variable], self.environment
        subprocess.run(command, shell=True, cwd=self.program, env=environment, check=True)


def git(folder: Path, *words: str) -> str:
    names = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    done = subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)  # between two looks at another process


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A paper of version v1 that is open."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = Place(tmp_path / "origin", tmp_path / "program", tmp_path / "data", port)
    (place.origin / "deploy").mkdir(parents=True)
    git(place.origin, "init", "-q", "-b", "main")
    shutil.copy(config.ROOT / "deploy" / "update.py", place.origin / "deploy")
    shutil.copytree(STAND_INS, place.origin, dirs_exist_ok=True)
    (place.origin / ".gitignore").write_text("/.venv\n/.venvs/\n__pycache__/\n")
    place.release("v1")
    git(tmp_path, "clone", "-q", str(place.origin), str(place.program))
    (place.program / ".venv" / "bin").mkdir(parents=True)
    (place.program / ".venv" / "bin" / "python").symlink_to(sys.executable)
    place.data.mkdir()
    (place.data / "maeul.db").write_text("the first line\n")
    (place.data / "visitors.db").write_text("")
    (place.data / "port").write_text(str(port))
    pid = tmp_path / "pid"
    stop = f"kill -9 $(cat {pid}) 2>/dev/null; true"
    place.environment = os.environ | {
        "MAEUL_DATA": str(place.data),
        "MAEUL_START": f".venv/bin/python server.py >/dev/null 2>&1 & echo $! > {pid}",
        "MAEUL_STOP": stop,
    }
    place.in_shell("MAEUL_START")
    until(lambda: place.ask("/healthz"))
    yield place
    subprocess.run(stop, shell=True)


@contextlib.contextmanager
def somebody_writes(place: Place) -> Iterator[list[str]]:
    """One line after the other is sent all the time. Yields those that were acknowledged."""
    kept: list[str] = []
    stop = Event()

    def write() -> None:
        number = 0
        while not stop.wait(0.002):
            number += 1
            if place.ask("/", f"line {number}") == "kept":
                kept.append(f"line {number}")

    writer = Thread(target=write)
    writer.start()
    try:
        yield kept
    finally:
        stop.set()
        writer.join()


def test_newest_version_is_fetched_migrated_and_asked(place: Place) -> None:
    for number in ("v2", "v10", "v9"):
        place.release(number)
    with somebody_writes(place) as kept:
        code, output = place.update()
        until(lambda: place.ask("/", "after") == "kept")
    assert (code, place.ask("/version")) == (0, "v10"), output
    assert [line[:3] for line in output.splitlines() if line[1:3] == "/7"] == [f"{n}/7" for n in range(1, 8)]
    assert kept
    assert set(kept) < set(place.lines)
    assert "migrated by v10" in place.lines
    assert "the first line" in (place.data / "backup").read_text()
    assert {path.name for path in place.data.iterdir()} == {"maeul.db", "visitors.db", "port", "backup"}
    assert (place.program / ".venv").is_symlink()


@pytest.mark.parametrize("broken", ["migration", "start", "/healthz", "/feed.xml"])
def test_broken_version_ends_on_the_old_one_with_nothing_lost(place: Place, broken: str) -> None:
    pinned = "# something else\n" if broken == "/feed.xml" else ""
    name = hashlib.sha256(pinned.encode()).hexdigest()[:12]
    environment = place.program / ".venvs" / f"{name}-{sys.version_info.major}.{sys.version_info.minor}"
    if pinned:  # installed by an update before, as installing takes long
        shutil.copytree(place.program / ".venv", environment, symlinks=True)
        (environment / "complete").touch()
    place.release("v2", broken, pinned)
    with somebody_writes(place) as kept:
        code, output = place.update()
    assert (code, place.ask("/version")) == (2, "v1"), output
    assert kept
    assert set(kept) < set(place.lines)
    assert not [line for line in place.lines if line.startswith("migrated")]
    assert git(place.program, "describe", "--tags") == "v1"
    assert {path.name for path in place.data.iterdir()} == {"maeul.db", "visitors.db", "port", "backup"}
    assert (place.program / ".venv/bin/python").resolve() == Path(sys.executable).resolve()
    assert (place.program / ".venv").resolve().name.startswith("first-")


def test_a_page_of_each_kind_is_asked() -> None:
    front = '<link href="/static/0a/maeul.css"><a href="/sections/news"><a href="/posts/7">'
    paths = {page.path.partition("?")[0] for page in update.pages(front)}
    linked = {"/static/0a/maeul.css", "/sections/news", "/posts/7"}
    assert paths == {"/", "/feed.xml", "/search", "/login", "/desk/", *linked}
    assert len(update.pages("")) == len(paths) - len(linked)


def test_update_that_is_ended_goes_back(place: Place) -> None:
    place.release("v2", "start")
    process = place.start_update(wait=30)
    assert process.stdout
    seen = next(line for line in process.stdout if line.startswith("6/7"))
    process.send_signal(signal.SIGTERM)
    output, _errors = process.communicate(timeout=60)
    assert (process.returncode, place.ask("/version")) == (2, "v1"), seen + output


def test_what_did_not_answer_before_need_not_answer_afterwards(place: Place) -> None:
    place.release("v2", "/search")
    git(place.program, "fetch", "-q", "--tags")
    git(place.program, "checkout", "-q", "v2")
    place.in_shell("MAEUL_STOP")
    place.in_shell("MAEUL_START")
    until(lambda: place.ask("/healthz"))
    place.release("v3", "/search")
    code, output = place.update()
    assert (code, place.ask("/version")) == (0, "v3"), output
    assert "/search" in output


def test_failing_way_back_says_where_everything_is(place: Place) -> None:
    place.environment["MAEUL_START"] = f"[ ! -e {place.data}/nothing-starts ] && {{ true; }}"
    place.release("v2", "the way back")
    code, output = place.update()
    assert code == 3, output
    assert str(place.data / "before-update") in output
    assert f"checkout {git(place.program, 'rev-parse', 'v1')}" in output


def test_nothing_newer_is_nothing_to_do(place: Place) -> None:
    assert place.update() == (0, "이미 v1입니다. 할 일이 없습니다.\n")
    (place.program / "own.txt").touch()
    git(place.program, "add", ".")
    git(place.program, "commit", "-qm", "ahead of every tag")
    assert place.update()[0] == 0
    assert place.ask("/version") == "v1"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("tag", "그런 버전이 없습니다"), ("edited", "고친 파일"), ("no commands", "MAEUL_STOP"),
     ("backup", "no backup today"), ("twice", "다른 업데이트"), ("no paper", "신문이 없습니다"),
     ("deaf", "멈추지 않습니다"), ("offline", "바뀐 것은 없습니다")],
)  # fmt: skip
def test_refusals_change_nothing(place: Place, reason: str, sentence: str) -> None:
    place.release("v2")
    words = ["v7"] if reason == "tag" else []
    with (place.program / ".git" / "maeul-update").open("w") as lock:
        match reason:
            case "edited":
                (place.program / "config.py").write_text("edited\n")
            case "no commands":
                del place.environment["MAEUL_STOP"]
            case "backup":
                (place.data / "backup-fails").touch()
            case "twice":
                fcntl.flock(lock, fcntl.LOCK_EX)
            case "no paper":
                place.environment["MAEUL_DATA"] = str(place.origin)
            case "deaf":
                place.environment |= {"MAEUL_STOP": "true", "MAEUL_START": "true"}
            case "offline":
                place.origin.rename(place.origin.with_name("moved"))
        code, output = place.update(*words)
    assert code == 1, output
    assert sentence in output
    assert place.ask("/version") == "v1"
    assert place.ask("/", "still open") == "kept"
    assert git(place.program, "describe", "--tags") == "v1"


@contextlib.contextmanager
def update_of(app: Flask) -> Iterator[None]:
    path = app.config["SETTINGS"].update_lock
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    path.unlink()


def test_nothing_is_written_while_a_new_version_is_tried(app: Flask, client, post, alice) -> None:
    client.log_in(alice)
    path = f"/posts/{post.id}/comments"
    with update_of(app):
        answer = client.send(path, body="가로등 아래에서 썼습니다")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "가로등 아래에서 썼습니다" in answer.text
        assert "새 버전으로" in answer.text
        assert client.get(f"/posts/{post.id}").status_code == 200
        assert client.post("/visitors/beat").status_code == 503
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0
    assert client.send(path, body="이제 됩니다").status_code == 303


def test_no_job_runs_while_a_new_version_is_tried(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(cli, "run_job", lambda job, *_pause: ran.append(job.name))
    monkeypatch.setattr(cli, "send_mail", lambda: ran.append("mail") or 0)
    monkeypatch.setattr(cli, "wait_for_mail", lambda _pause: stop.set())
    stop = Event()
    with update_of(app):
        assert "아무것도 하지 않았습니다" in app.test_cli_runner().invoke(cli.tick).output
        server.send_mail(app, stop)
        server.run_jobs(app, stop)
    assert not ran
    app.test_cli_runner().invoke(cli.tick)
    assert "mail" in ran
