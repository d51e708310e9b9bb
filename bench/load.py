"""Load by wrk: requests of one of the scripts in bench/wrk for some seconds, and what came back."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving import Server

SCRIPTS = Path(__file__).resolve().parent / "wrk"


@dataclass(frozen=True)
class Load:
    """What wrk saw. Latencies are milliseconds; `failed` counts statuses from 400 and broken connections."""

    requests: int
    seconds: float
    p50: float
    p95: float
    max: float
    failed: int

    @property
    def rate(self) -> float:
        """Responses a second; of one at least, so that it can be divided by."""
        return max(1, self.requests) / self.seconds


@dataclass(frozen=True)
class Pages:
    """GET requests to one server, their addresses drawn at random from a file.

    :param sessions: a file of sessions to draw from, or None for guests
    :param new_hosts: send another Host header with each request, so that the page cache never has the page
    """

    server: Server
    addresses: Path
    sessions: Path | None = None
    new_hosts: bool = False

    def load(self, seconds: float, connections: int) -> Load:
        arguments = (self.addresses, self.sessions or "-", "new-hosts" if self.new_hosts else "one-host")
        return run(self.server, "pages.lua", arguments, seconds=seconds, connections=connections)


def run(server: Server, script: str, arguments: Sequence[Any], *, seconds: float, connections: int) -> Load:
    threads = "2" if connections > 2 else "1"
    options = ["-t", threads, "-c", str(connections), "-d", f"{seconds}s", "--timeout", "20s"]
    address = f"http://127.0.0.1:{server.port}/"
    command = [wrk(), *options, "-s", script, address, "--", *map(str, arguments)]
    done = subprocess.run(command, cwd=SCRIPTS, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            return Load(**json.loads(line.removeprefix("RESULT ")))
    sys.exit(f"wrk printed no result: {done.stderr.strip() or done.stdout.strip()}")


def wrk() -> str:
    """The path of the program; exits if it is missing."""
    return shutil.which("wrk") or sys.exit(
        "wrk is missing. On Debian or Ubuntu: sudo apt install wrk; elsewhere: https://github.com/wg/wrk"
    )
