"""Burn a paper down, and bring it back: kill -9 while it is written, a full disk, a changed byte.

Run as root, for it mounts a small disk: .venv/bin/python deploy/check/backups.py. Takes about two minutes.
Prints a line for each question, and ends with 1 if one is answered with no.
"""

import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from lib.sqlite import copying  # noqa: E402
from lib.sqlite.driver import sqlite3  # noqa: E402

# Worth nothing after the backup, and emptied in it: domain/keeping/backup_contents.py.
LEFT_OUT = {
    "logins", "account_links", "reset_requests", "pending_logins", "captchas", "presences", "visitors",
    "day_marks", "day_salts", "job_runs", "backup_runs",
}  # fmt: skip
failed = 0


def say(question: str, answer: bool) -> None:
    global failed
    failed += not answer
    print(f"{'yes' if answer else 'NO '}  {question}", flush=True)


def flask(data: Path, *words: str, wait: bool = True) -> subprocess.Popen[str]:
    environment = os.environ | {"MAEUL_DATA": str(data), "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", *words], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    if wait:
        process.output, _nothing = process.communicate()  # type: ignore[attr-defined]
    return process


class Paper:
    """A server whose articles are changed without a pause until it is killed."""

    def __init__(self, data: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        variables = {"MAEUL_DATA": str(data), "MAEUL_PORT": str(self.port), "MAEUL_NIGHTLY_BACKUP": "false"}
        self.process = subprocess.Popen(
            [sys.executable, "server.py"], cwd=ROOT, env=os.environ | variables, start_new_session=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.data, self.written, self.stopped = data, 0, threading.Event()
        while not self._answers():
            time.sleep(0.1)
        self.writer = threading.Thread(target=self._write)
        self.writer.start()

    def _answers(self) -> bool:
        with suppress(OSError), closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        return False

    def _write(self) -> None:
        with closing(sqlite3.connect(self.data / "maeul.db", isolation_level=None, timeout=10)) as news:
            while not self.stopped.is_set():
                news.execute("UPDATE posts SET title = title || ' ' WHERE id = (SELECT min(id) FROM posts)")
                self.written += 1

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.stopped.set()
        self.writer.join()


def rows(file: Path) -> dict[str, list[tuple]]:
    with closing(sqlite3.connect(file)) as connection:
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in copying.tables(file)
            if name not in LEFT_OUT
        }


def contents(data: Path) -> tuple:
    """Every row and every file."""
    files = {
        path.relative_to(data).as_posix(): path.read_bytes()
        for top in ("media", "claims")
        for path in sorted((data / top).rglob("*"))
        if path.is_file()
    }
    return rows(data / "maeul.db"), rows(data / "visitors.db"), files


def burn_down(scratch: Path, data: Path) -> Path:
    """The paper is killed while it is written, its folder wiped, and the last backup brought back."""
    backup = scratch / "backup" / "paper.tar.zst"
    paper = Paper(data)
    made = flask(data, "backup", "--replace", str(backup))
    say(f"a backup while the paper is written ({paper.written} changes)", made.returncode == 0)
    refused = flask(data, "restore", str(backup))
    say("an open paper is not replaced", refused.returncode == 1)
    paper.kill()
    made = flask(data, "backup", "--replace", str(backup))  # of what the killed paper has left behind
    before = contents(data)
    say("a backup after kill -9 in the middle of writing", made.returncode == 0)
    shutil.rmtree(data)
    restored = flask(data, "restore", str(backup))
    say("the wiped folder is restored", restored.returncode == 0)
    after = contents(data)
    say(f"every row of {sum(map(len, before[0].values()))} is the same", before[:2] == after[:2])
    say(f"every file of {len(before[2])} is the same", before[2] == after[2])
    again = Paper(data)
    again.kill()
    say("the paper opens again", again.written > 0)
    return backup


def kill_backups(data: Path, backup: Path) -> None:
    """kill -9 at twenty moments of a backup leave the old one, and no half file under its name."""
    before, whole, left, damaged = backup.read_bytes(), 0, 0, 0
    for number in range(20):
        process = flask(data, "backup", "--replace", str(backup), wait=False)
        inode = backup.stat().st_ino
        had = set(backup.parent.glob(".maeul-backup-*/"))
        while process.poll() is None and not set(backup.parent.glob(".maeul-backup-*/")) - had:
            time.sleep(0.002)
        time.sleep(number * 0.03)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        whole += backup.stat().st_ino != inode
        left += bool(list(backup.parent.glob(".maeul-backup-*/")))
        if backup.read_bytes() != before:
            damaged += bool(flask(data, "backup", "--drill", str(backup)).returncode)
            before = backup.read_bytes()
    say(f"kill -9 at 20 moments of a backup ({whole} were through) leaves a whole file", not damaged)
    say(f"after {left} of them half files were there, under other names", left > 0)
    flask(data, "backup", "--replace", str(backup))
    say("the next backup removes them", not list(backup.parent.glob(".maeul-backup-*/")))


def fill_disk(scratch: Path, data: Path) -> None:
    """A disk that becomes full in the middle of a backup."""
    disk = scratch / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", str(disk)], check=True)
    try:
        target = disk / "paper.tar.zst"
        say("a backup on the small disk", flask(data, "backup", "--replace", str(target)).returncode == 0)
        before = target.read_bytes()
        rest = shutil.disk_usage(disk).free
        (disk / "filler").write_bytes(b"x" * (rest - 30_000_000))
        refused = flask(data, "backup", "--replace", str(target))
        is_said = "MB" in refused.output  # type: ignore[attr-defined]
        say("too little space is said before anything is written", is_said)
        (disk / "filler").write_bytes(b"x" * (rest - 60_000_000))
        process = flask(data, "backup", "--replace", str(target), wait=False)
        while process.poll() is None and not list(disk.glob(".maeul-backup-*/*.db")):
            time.sleep(0.005)
        with (disk / "more").open("wb") as more, suppress(OSError):
            while True:
                more.write(b"x" * 65536)
        output, _nothing = process.communicate()
        say(
            f"a disk that becomes full meanwhile: {output.strip().splitlines()[-1:]}", process.returncode == 1
        )
        say("no traceback", "Traceback" not in output)
        say("the old backup is as it was", target.read_bytes() == before)
        say("nothing half is left", not list(disk.glob(".maeul-backup-*/")))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def change_bytes(data: Path, backup: Path) -> None:
    """A byte changed anywhere is noticed, and a changed backup touches nothing."""
    from lib.files.archives import sealed

    whole, missed = bytearray(backup.read_bytes()), 0
    copy = backup.with_name("changed.tar.zst")
    positions = [*range(300), *range(len(whole) - 300, len(whole)), *random.sample(range(len(whole)), 1000)]
    for position in positions:
        whole[position] ^= 1 << position % 8
        copy.write_bytes(whole)
        whole[position] ^= 1 << position % 8
        try:
            sealed.check(copy)
            missed += 1
        except sealed.Damaged:
            pass
    say(f"a byte changed at {len(positions)} places is noticed", not missed)
    before = contents(data)
    refused = flask(data, "restore", str(copy))
    untouched = contents(data) == before and not list(data.glob("set-aside-*"))
    say("a changed backup is refused with a sentence", refused.returncode == 1)
    say("and touches nothing", untouched)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="maeul-check-") as name:
        scratch = Path(name)
        data = scratch / "data"
        flask(data, "prepare")
        backup = burn_down(scratch, data)
        kill_backups(data, backup)
        fill_disk(scratch, data)
        change_bytes(data, backup)
    print(f"{failed} answered with no" if failed else "all answered with yes")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
