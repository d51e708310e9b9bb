"""The production server with a clock that the simulation sets.

It runs with the options of server.py. `Paper` starts, kills and measures it; its workers load `worker`, which
wraps the app of `server:worker`.
"""

import contextlib
import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import config  # noqa: E402
import server  # noqa: E402

CLOCK = "MAEUL_BENCH_CLOCK"  # the file that holds the moment, in seconds since 1970
DROPPED, WORKER = "X-Bench-Dropped", "X-Bench-Worker"
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Clocked:
    """WSGI middleware that sets the process's clock from a file.

    Headers of the response name the process, and tell whether a beat was dropped because the database was
    busy (the app itself only logs that).
    """

    def __init__(self, application: Any, clock: Path):
        import time_machine

        self.application, self.file, self.time = application, os.open(clock, os.O_RDONLY), b""
        self.lock, self.response = threading.Lock(), threading.local()
        self.traveller = time_machine.travel(datetime.now(UTC), tick=False).start()
        application.logger.setLevel(logging.INFO)
        application.logger.addFilter(self._filter)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self._set_clock()
        self.response.dropped = False

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            more = [(WORKER, str(os.getpid())), *([(DROPPED, "1")] if self.response.dropped else [])]
            return start_response(status, [*headers, *more], *rest)

        return self.application(environ, start)

    def _set_clock(self) -> None:
        if (time := os.pread(self.file, 40, 0)) != self.time:
            with self.lock:
                self.traveller.move_to(datetime.fromtimestamp(float(time), UTC), tick=False)
                self.time = time

    def _filter(self, record: logging.LogRecord) -> bool:
        """Note a dropped beat. Suppress the levels that are only logged for this."""
        if "was not counted" in record.msg:
            self.response.dropped = True
        return record.levelno >= logging.WARNING


def worker() -> Any:
    """Return the app for a worker process, in place of `server:worker`."""
    return Clocked(server.worker(), Path(os.environ[CLOCK]))


class Paper:
    """A running server on its own port."""

    def __init__(self, data: Path, workers: int, clock: Path | None = None):
        self.settings = config.load(data=data, port=_free_port(), workers=workers, proxies=1, site_url="")
        self.environment = os.environ | {
            "MAEUL_DATA": str(data),
            "MAEUL_WORKERS": str(workers),
            "MAEUL_PROXIES": "1",
        }
        self.target = "server:worker"
        if clock:
            self.environment[CLOCK], self.target = str(clock), "bench.clocked:worker"
        self.ended_cpu_seconds = 0.0  # of killed processes
        self.up = threading.Event()
        self.start()

    @property
    def port(self) -> int:
        return self.settings.port

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", *server._options(self.settings)[:-1], self.target]
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, start_new_session=True)
        while not self._answers():
            assert self.process.poll() is None, "the server did not start"
            time.sleep(0.05)
        self.up.set()

    def kill(self) -> None:
        """SIGKILL every process at once."""
        self.up.clear()
        self.ended_cpu_seconds = self.cpu_seconds()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_one_worker(self) -> None:
        """SIGKILL one worker. Granian starts another."""
        os.kill(_children(self.process.pid)[0], signal.SIGKILL)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def cpu_seconds(self) -> float:
        """CPU seconds of all processes so far."""
        return self.ended_cpu_seconds + sum(
            map(_cpu_seconds, [self.process.pid, *_children(self.process.pid)])
        )

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False


def set_clock(file: Path, at: datetime) -> None:
    """Write the clock file in one call: workers read it with every request."""
    with file.open("r+b" if file.exists() else "w+b") as opened:
        opened.write(f"{at.timestamp():020.3f}".encode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu_seconds(pid: int) -> float:
    """CPU seconds of a process and its ended children."""
    with contextlib.suppress(FileNotFoundError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / TICKS_A_SECOND
    return 0.0
