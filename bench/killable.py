"""The server of the simulation: it can be killed and started again, and its CPU time is measured."""

import contextlib
import os
import signal
import threading
from pathlib import Path

from clocked import CLOCK
from serving import Server, processes

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Paper(Server):
    """A running server that can be killed and started again."""

    def __init__(self, data: Path, workers: int, clock: Path | None = None):
        self.ended_cpu_seconds = 0.0  # of killed processes
        self.up = threading.Event()
        if clock:
            os.environ[CLOCK] = str(clock)
        super().__init__(data, "bench.clocked:worker" if clock else "server:worker", workers=workers)

    def start(self) -> float:
        seconds = super().start()
        self.up.set()
        return seconds

    def kill(self) -> None:
        self.up.clear()
        self.ended_cpu_seconds = self.cpu_seconds()
        super().kill()

    def kill_one_worker(self) -> None:
        """SIGKILL one worker. Granian starts another."""
        os.kill(processes(self.process.pid)[1], signal.SIGKILL)

    def cpu_seconds(self) -> float:
        """CPU seconds of all processes so far."""
        return self.ended_cpu_seconds + sum(map(_cpu_seconds, processes(self.process.pid)))


def _cpu_seconds(pid: int) -> float:
    """CPU seconds of a process and its ended children."""
    with contextlib.suppress(FileNotFoundError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / TICKS_A_SECOND
    return 0.0
