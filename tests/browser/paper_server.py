"""A server started by `bin/serve` on a real port."""

import http.client
import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Server:
    """A running paper."""

    url: str
    data: Path
    output: str
    process: subprocess.Popen[str]

    @property
    def password(self) -> str:
        """The editor's password, as printed at the first start."""
        found = re.search(r"(?:비밀번호|[Pp]assword)\s*[:：]\s*(\S+)", self.output)
        assert found, self.output
        return found[1]

    def captcha_answer(self, key: str) -> str:
        """Read the digits from the database, as whoever runs the server could."""
        with sqlite3.connect(f"file:{self.data / 'visitors.db'}?mode=ro", uri=True) as connection:
            return connection.execute("SELECT answer FROM captchas WHERE key = ?", (key,)).fetchone()[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(data: Path, **settings: str) -> Server:
    """Start `bin/serve` and wait for its first answer."""
    port = free_port()
    log = data.parent / f"{data.name}-{port}.log"
    environment = (
        os.environ
        | {"MAEUL_DATA": str(data), "MAEUL_PORT": str(port), "MAEUL_HOST": "127.0.0.1"}
        | {"MAEUL_JOIN_SECONDS": "0", "MAEUL_JOINS_PER_DAY": "1000"}  # tests type fast, from one address
        | settings
    )
    with log.open("w") as output:
        process = subprocess.Popen(
            [ROOT / "bin/serve"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    deadline = time.monotonic() + 240
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return Server(f"http://127.0.0.1:{port}", data, log.read_text(), process)
        except OSError:
            pass
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)  # between two looks at a server that is starting


def stop(server: Server, how: signal.Signals = signal.SIGINT) -> None:
    """Signal every process of the group, as Ctrl-C in a terminal does, and wait for an orderly end."""
    os.killpg(server.process.pid, how)
    server.process.wait(timeout=8)
