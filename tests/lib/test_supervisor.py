"""A server that dies is begun anew; one that cannot begin is not tried for ever; Ctrl-C and SIGTERM end it once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SERVER = """
import os, signal, sys, time
from lib import supervisor
supervisor.LEAST_LIFE = {least_life}
def serve():
    heard = []
    signal.signal(signal.SIGTERM, lambda *_: heard.append("TERM"))
    with open({log!r}, "a") as log:
        print(os.getpid(), file=log, flush=True)
        if {status} is not None:
            sys.exit({status})
        while not heard:
            time.sleep(0.01)
        print(*heard, file=log, flush=True)
sys.exit(supervisor.keep_running(serve))
"""


@pytest.fixture
def start(tmp_path):
    """Starts such a server; its log tells the number of each process, and what it heard at its end."""
    log, started = tmp_path / "log", []

    def begin(*, least_life=0.0, status=None):
        script = SERVER.format(least_life=least_life, status=status, log=str(log))
        started.append(subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE))
        return started[0], log

    yield begin
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def lines(log: Path, count: int) -> list[str]:
    """As many as are waited for."""
    deadline = time.monotonic() + 20
    while not log.is_file() or len(found := log.read_text().splitlines()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)  # between two looks at another process
    return found


def test_what_dies_is_begun_anew(start):
    process, log = start()
    (first,) = lines(log, 1)
    os.kill(int(first), signal.SIGKILL)
    second = lines(log, 2)[1]
    assert second != first
    process.terminate()
    assert process.wait(20) == 0
    assert lines(log, 3)[2] == "TERM"
    assert b"begun anew" in process.stderr.read()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_once(start, how):
    process, log = start()
    lines(log, 1)
    os.killpg(process.pid, signal.SIGINT) if how == signal.SIGINT else process.send_signal(how)
    assert process.wait(20) == 0
    assert lines(log, 2)[1] == "TERM"


def test_what_cannot_begin_is_not_tried_again(start):
    process, log = start(least_life=60.0, status=3)
    assert process.wait(20) == 3
    assert len(lines(log, 1)) == 1


def test_a_file_is_run(tmp_path):
    (tmp_path / "server.py").write_text("print(__name__, flush=True)\nraise SystemExit(4)\n")
    ran = subprocess.run(
        [sys.executable, "-m", "lib.supervisor", tmp_path / "server.py"], cwd=ROOT, capture_output=True, text=True, timeout=20
    )
    assert (ran.returncode, ran.stdout) == (4, "__main__\n")
