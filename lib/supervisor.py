"""A server in a process of its own that is begun anew should it die: `python -m lib.supervisor server.py`.

What looks after it loads next to nothing: a few megabytes, where a server's own manager takes twenty.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

_ENDS = (signal.SIGINT, signal.SIGTERM)
LEAST_LIFE = 5.0  # seconds; what dies sooner would die again
LONGEST_END = 10  # seconds; then it is killed


def keep_running(serve: Callable[[], None]) -> int:
    """Run it in a child until SIGINT or SIGTERM, which becomes one SIGTERM for the child. Returns the exit status, in the child too.

    The child does not hear SIGINT: Ctrl-C reaches every process of the terminal's group.
    """
    child, is_ending = 0, False

    def end(_signal: int, _frame: Any) -> None:
        nonlocal is_ending
        if not is_ending:
            is_ending = True
            os.kill(child, signal.SIGTERM)
            signal.alarm(LONGEST_END)

    for number in _ENDS:
        signal.signal(number, end)
    signal.signal(signal.SIGALRM, lambda *_told: os.kill(child, signal.SIGKILL))
    while True:
        begun = time.monotonic()
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)  # until it is known whom to tell
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            serve()
            return 0
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if is_ending:
            return 0
        if time.monotonic() - begun < LEAST_LIFE:
            return abs(status) or 1
        print(f"The server ended ({status}) and is begun anew.", file=sys.stderr, flush=True)


def _run_file() -> None:
    import runpy

    runpy.run_path(sys.argv[1], run_name="__main__")


if __name__ == "__main__":
    sys.exit(keep_running(_run_file))
