"""The production server with a clock that the simulation sets.

`Paper` in killable.py starts it; its workers load `worker`, which wraps the app of `server:worker`.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CLOCK = "BENCH_CLOCK"  # the file that holds the moment, in seconds since 1970
DROPPED, WORKER = "X-Bench-Dropped", "X-Bench-Worker"


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
    import server

    return Clocked(server.worker(), Path(os.environ[CLOCK]))


def set_clock(file: Path, at: datetime) -> None:
    """Write the clock file in one call: workers read it with every request."""
    with file.open("r+b" if file.exists() else "w+b") as opened:
        opened.write(f"{at.timestamp():020.3f}".encode())
