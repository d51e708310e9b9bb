"""A command of the keeper's that carries a backup elsewhere: rclone, restic, scp."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

from flask_babel import gettext as _

LONGEST = 50 * 60  # seconds; the rest of the first time is carried in the next night
_SHOWN = 300  # bytes of what it printed last


def run(command: str, file: Path, longest: float = LONGEST) -> str:
    """Run the command, with BACKUP_FILE and BACKUP_FOLDER in its environment.

    :returns: what went wrong, with what the command said last; empty: nothing
    """
    names = {"BACKUP_FILE": str(file), "BACKUP_FOLDER": str(file.parent)}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S602 - the keeper's own words, from settings only
            command, shell=True, env=os.environ | names, cwd=file.parent, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait(longest)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # with what it has started
            process.wait()
            return _("The command was ended after %(n)s minutes.", n=int(longest / 60))
        if code == 0:
            return ""
        output.seek(max(0, output.seek(0, os.SEEK_END) - _SHOWN))
        said = output.read().decode("utf-8", "replace").strip()
        return _("The command ended with %(code)s: %(said)s", code=code, said=said)
