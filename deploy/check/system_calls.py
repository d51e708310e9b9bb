"""Run a command under the filter of system calls of deploy/maeul.service, where systemd itself cannot run.

    /usr/bin/python3 deploy/check/system_calls.py .venv/bin/python server.py

Needs Debian's python3-seccomp and systemd-analyze. Memory cannot be made executable either. What the filter
forbids fails with EPERM. Last tried with the server, `tick`, `backup`, a password and a page of a PDF.
"""

import ctypes
import os
import subprocess
import sys

import seccomp

EPERM = 1
PR_SET_NO_NEW_PRIVS, PR_SET_MDWE = 38, 65


def calls(group: str) -> set[str]:
    """The system calls of one of systemd's groups, those of groups in it too."""
    words = ["systemd-analyze", "syscall-filter", group]
    shown = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split("\n")[1:]
    names = {line.strip() for line in shown if line.strip() and not line.strip().startswith("#")}
    inner = {name for name in names if name.startswith("@")}
    return (names - inner).union(*map(calls, inner))


rules = seccomp.SyscallFilter(seccomp.ERRNO(EPERM))
for name in calls("@system-service") - calls("@privileged"):
    try:
        rules.add_rule(seccomp.ALLOW, name)
    except (ValueError, RuntimeError):  # this machine has no such call
        print(f"no call {name}", file=sys.stderr)
system = ctypes.CDLL(None)
system.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
if system.prctl(PR_SET_MDWE, 1, 0, 0, 0):
    print("this kernel does not know PR_SET_MDWE", file=sys.stderr)
rules.load()
os.execvp(sys.argv[1], sys.argv[1:])
