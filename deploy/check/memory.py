"""Run a paper with 300 MB of memory: every kind of page, many forms at once, a backup, a killed worker.

Run as root, for it makes a control group: .venv/bin/python deploy/check/memory.py. Takes about two minutes.
Prints a line for each question, and ends with 1 if one is answered with no.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 300_000_000  # bytes, of the server and of what runs beside it
GROUPS = Path("/sys/fs/cgroup")
PAGES = ("/", "/search?q=느티천", "/feed.xml", "/sitemap.xml", "/visitors", "/corrections", "/join", "/login")
failed = 0


def say(question: str, answer: bool) -> None:
    global failed
    failed += not answer
    print(f"{'yes' if answer else 'NO '}  {question}", flush=True)


@contextmanager
def group() -> Iterator[Path]:
    """A control group with LIMIT, of either version; its folder."""
    is_old = (GROUPS / "memory").is_dir()
    folder = (GROUPS / "memory" if is_old else GROUPS) / "maeul-check"
    folder.mkdir()
    (folder / ("memory.limit_in_bytes" if is_old else "memory.max")).write_text(str(LIMIT))
    try:
        yield folder
    finally:
        time.sleep(1)
        folder.rmdir()


def start(folder: Path, data: Path, port: int, *words: str) -> subprocess.Popen[bytes]:
    """A process that is in the group from its first moment."""
    variables = {"MAEUL_DATA": str(data), "MAEUL_PORT": str(port), "MAEUL_NIGHTLY_BACKUP": "false"}
    variables |= {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1000000", "PYTHONUTF8": "1"}
    join = f"echo $$ > {folder}/cgroup.procs; exec {sys.executable} {' '.join(words)}"
    return subprocess.Popen(
        ["sh", "-c", join], cwd=ROOT, env=os.environ | variables, start_new_session=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def ask(port: int, path: str, body: bytes | None = None) -> int:
    """The status of an answer; 0 if there is none."""
    address = f"http://127.0.0.1:{port}" + urllib.parse.quote(path, safe="/?=&")
    try:
        with urllib.request.urlopen(address, body, timeout=60) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_until_open(port: int) -> bool:
    return any(ask(port, "/healthz") == 200 or time.sleep(0.5) for _ in range(300))


def worker(folder: Path, server: int) -> int:
    """The process that answers: a child of the server's own."""
    numbers = map(int, (folder / "cgroup.procs").read_text().split())
    return next(pid for pid in numbers if f"\nPPid:\t{server}\n" in Path(f"/proc/{pid}/status").read_text())


def main() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as place, group() as folder, ThreadPoolExecutor(8) as pool:
        data = Path(place) / "paper"
        server = start(folder, data, port, "server.py")
        try:
            say("the paper opens with the sample", wait_until_open(port))
            first = worker(folder, server.pid)
            paths = [*PAGES, *(f"/posts/{number}" for number in range(1, 60))] * 3
            say(
                "every kind of page is answered",
                set(pool.map(lambda path: ask(port, path), paths)) <= {200, 404},
            )
            backup = start(folder, data, port, "-m", "flask", "--app", "app", "backup", f"{place}/b.tar.zst")
            forms = list(pool.map(lambda n: ask(port, "/login", b"username=a&password=b"), range(40)))
            say("every form that is sent meanwhile is answered", 0 not in forms)
            say("a backup is made meanwhile", backup.wait() == 0)
            say("the same process still answers", worker(folder, server.pid) == first)
            os.kill(first, signal.SIGKILL)
            say("after a kill -9 of it the paper is open again by itself", wait_until_open(port))
            say("with another process", worker(folder, server.pid) != first)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
