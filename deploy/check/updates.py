"""Try bin/update on a real paper with the sample: to a good version, and to broken ones.

    .venv/bin/python deploy/check/updates.py

Clones the present commit, makes versions of it, and serves them on a port of their own. Takes some minutes.
Every row of the news is compared; ends with 1 if something is not as it should be.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from lib.sqlite.driver import sqlite3  # noqa: E402  (the library of the system is older than the index)

BREAK_ARTICLES = ("templates/posts/show.html", "{{ 1 // 0 }}")
BREAK_START = ("server.py", "raise SystemExit('broken')")
MIGRATION = """revision = "9999"
down_revision = "{newest}"

from alembic import op


def upgrade(engine_name=""):
    if engine_name != "visitors":
        op.execute("UPDATE posts SET title = 'changed by the migration'")
    {last}
"""


def git(folder: Path, *words: str) -> str:
    names = ["-c", "user.name=check", "-c", "user.email=check@paper.example"]
    done = subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def release(origin: Path, name: str, *changes: tuple[str, str], migration: str | None = None) -> None:
    """Tag a version: v0.1.0 with these texts in front of these files, and with a migration."""
    git(origin, "checkout", "-q", "v0.1.0")
    for path, text in changes:
        file = origin / path
        file.write_text(text + "\n" + file.read_text("utf-8"), "utf-8")
    if migration is not None:
        versions = origin / "migrations" / "versions"
        newest = max(path.name.split("_")[1] for path in versions.glob("2*.py"))
        (versions / "20990101_9999_check.py").write_text(MIGRATION.format(newest=newest, last=migration))
    git(origin, "add", ".")
    git(origin, "commit", "-q", "--allow-empty", "-m", name)
    git(origin, "tag", name)


def rows(file: Path) -> str:
    """A hash of every row of the news; the search index follows from them."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        for (table,) in tables.fetchall():
            if "_search" not in table:
                digest.update(repr(connection.execute(f"SELECT * FROM {table}").fetchall()).encode())
    return digest.hexdigest()


def is_open(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def main(folder: Path) -> None:
    origin, program, data = folder / "origin", folder / "program", folder / "data"
    git(folder, "clone", "-q", str(ROOT), str(origin))
    git(origin, "tag", "v0.1.0")
    git(folder, "clone", "-q", str(origin), str(program))
    (program / ".venv").symlink_to((ROOT / ".venv").resolve())
    data.mkdir(mode=0o700)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = f".venv/bin/python server.py >>{folder}/log 2>&1 & echo $! >{folder}/pid"
    environment = os.environ | {
        "MAEUL_DATA": str(data),
        "MAEUL_PORT": str(port),
        "MAEUL_START": serve,
        "MAEUL_STOP": f"kill $(cat {folder}/pid); true",
    }
    own = {name: value for name, value in environment.items() if name not in ("MAEUL_START", "MAEUL_STOP")}
    subprocess.run(serve, shell=True, cwd=program, env=own, check=True)
    deadline = time.monotonic() + 120
    while not is_open(port):
        assert time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.2)
    try:
        wrong = [
            name
            for name, code in make_versions(origin).items()
            if not update(program, data, environment, name, code)
        ]
        sys.exit(1 if wrong or not is_open(port) else 0)
    finally:
        subprocess.run(environment["MAEUL_STOP"], shell=True)


def make_versions(origin: Path) -> dict[str, int]:
    """Tag versions. Returns how an update to each should end."""
    release(origin, "v0.2.0", BREAK_ARTICLES, migration="")
    release(origin, "v0.3.0", BREAK_START)
    release(origin, "v0.4.0", migration="raise RuntimeError('half-way')")
    release(origin, "v0.5.0", migration="")
    return {"v0.2.0": 2, "v0.3.0": 2, "v0.4.0": 2, "v0.5.0": 0}


def update(program: Path, data: Path, environment: dict[str, str], name: str, code: int) -> bool:
    """Whether an update to this version ends with this code, and every row is as it was if it goes back."""
    before = rows(data / "maeul.db")
    print(f"== {name}", flush=True)
    ended = subprocess.run([program / "bin/update", "--wait", "20", name], env=environment).returncode
    is_kept, at = rows(data / "maeul.db") == before, git(program, "describe", "--tags")
    is_right = (ended, is_kept, at) == (code, code == 2, name if code == 0 else "v0.1.0")
    print("ok" if is_right else f"WRONG: ended with {ended}, kept: {is_kept}, at {at}", flush=True)
    return is_right and not (data / "update.lock").exists()


scratch = Path(tempfile.mkdtemp(prefix="maeul-updates-"))
try:
    main(scratch)
finally:
    shutil.rmtree(scratch, ignore_errors=True)
