"""What bin/update runs: a newer version of the program, and the way back if it does not answer.

While the paper is open: fetch, install into an environment of its own, back up. Then stop it, copy both
databases, change the program, migrate, start, and ask a page of each kind. Until all of them have answered
the paper refuses to be written to (503), so going back to the copies loses nothing that was acknowledged.

Ends with 0: updated, or nothing to do; 1: refused or failed, and nothing was changed; 2: the new version
failed, the old one is back with its data; 3: going back failed, and the last lines say what to do.
"""

import argparse
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
DATABASES = ("maeul.db", "visitors.db")
STOP = "systemctl stop maeul-tick.timer maeul-tick.service maeul.service"
START = (  # the units may be new; one that failed too often may not be started until that is forgotten
    "systemctl daemon-reload; systemctl reset-failed maeul.service 2>/dev/null; "
    "systemctl start maeul.service maeul-tick.timer"
)
OURS = ("MAEUL_STOP", "MAEUL_START")  # read here only; the program knows no setting of this name
NOT_COMPILED = r"/(\.venvs?|\.git|tests|bench)/"
SPARE = 300_000_000  # bytes that have to be free beside the copies of the databases


class Failed(Exception):
    """A step failed. The text is one sentence in Korean."""


@dataclass(frozen=True)
class Page:
    """An address that has to answer 200 with these words in it."""

    kind: str
    path: str
    words: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/update", description=__doc__.splitlines()[0])
    parser.add_argument("tag", nargs="?", help="the version wanted; by default the newest tag v…")
    parser.add_argument("--wait", type=int, default=60, help="seconds a stop or a start may take")
    options = parser.parse_args()
    os.umask(0o022)  # the program may be read by the user that serves
    update = None
    try:
        with only_one():
            update = Update(options.tag, options.wait)
            return update.run()
    except (Exception, KeyboardInterrupt) as error:
        say(f"업데이트하지 않았습니다. 바뀐 것은 없습니다: {reason(error)}")
        return 1


def say(line: str) -> None:
    with suppress(OSError):  # the terminal is gone; the update goes on
        print(line, flush=True)


def reason(error: BaseException) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        lines = (error.stderr or error.stdout or "").strip().splitlines()
        return lines[-1] if lines else f"명령이 실패했습니다 ({error.cmd})"
    return str(error) or type(error).__name__


@contextmanager
def only_one() -> Iterator[None]:
    """Refuse a second update of the same program at the same time."""
    with (ROOT / ".git" / "maeul-update").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed("다른 업데이트가 진행 중입니다.") from None
        yield


class Update:
    """One update, from the version that is checked out to another."""

    def __init__(self, tag: str | None, wait: int):
        self.wait = wait
        self.environment = {name: value for name, value in os.environ.items() if name not in OURS}
        self.stop, self.start = (
            os.environ.get(name, usual) for name, usual in zip(OURS, (STOP, START), strict=True)
        )
        if not all(os.environ.get(name) for name in OURS) and not Path("/run/systemd/system").exists():
            raise Failed(
                "systemd가 없습니다. 신문을 멈추고 시작하는 명령을 MAEUL_STOP과 MAEUL_START에 넣어 주세요."
            )
        self.data = self._data_folder()
        self.copies = self.data / "before-update"
        self.environment["MAEUL_DATA"] = str(self.data)
        if git("status", "--porcelain", "--untracked-files=no"):
            raise Failed("프로그램 폴더에 고친 파일이 있습니다: git status")
        self.old = git("rev-parse", "HEAD")
        self.old_name = git("describe", "--tags", "--always")
        self.wanted = tag
        self.lock: IO[str] | None = None
        self.has_copies = False
        self.wrong_before: set[str] = set()

    def run(self) -> int:
        self._fetch()
        if self.new == self.old:
            say(f"이미 {self.new_name}입니다. 할 일이 없습니다.")
            return 0
        say(f"{self.old_name} → {self.new_name}")
        self.old_environment = self._adopt_environment()
        self.new_environment = self._install()
        self._back_up()
        self._close()
        try:
            self._change()
        except BaseException as error:
            say(f"새 버전이 제대로 돌지 않습니다: {reason(error)}")
            return self._go_back()
        self._open()
        shutil.rmtree(self.copies, ignore_errors=True)
        for folder in set((ROOT / ".venvs").glob("*")) - {self.old_environment, self.new_environment}:
            shutil.rmtree(folder, ignore_errors=True)
        say(f"끝났습니다. 이제 {self.new_name}입니다.")
        return 0

    # Before anything is changed; the paper is open.

    def _data_folder(self) -> Path:
        """The folder that the service uses, which may be said in its unit only."""
        folder = self.environment.get("MAEUL_DATA", "")
        if not folder and shutil.which("systemctl"):
            command = ["systemctl", "show", "maeul", "--property=Environment", "--value"]
            shown = subprocess.run(command, capture_output=True, text=True).stdout
            folder = (re.findall(r"\bMAEUL_DATA=(\S+)", shown) or [""])[0]
        data = Path(folder or ROOT / "instance").resolve()
        if not (data / "maeul.db").is_file():
            raise Failed(f"자료 폴더에 신문이 없습니다: {data} (MAEUL_DATA)")
        return data

    def _fetch(self) -> None:
        git("fetch", "--quiet", "--tags", "origin")
        tags = git("tag", "--list", "v[0-9]*", "--sort=-version:refname").split()
        self.new_name = self.wanted or (tags[0] if tags else "")
        if not self.new_name:
            raise Failed("저장소에 버전(v…)이 하나도 없습니다.")
        if self.wanted and self.wanted not in git("tag").split():
            raise Failed(f"그런 버전이 없습니다: {self.wanted}")
        self.new = git("rev-parse", f"{self.new_name}^{{commit}}")
        if not self.wanted and self.new in git("rev-list", "HEAD").split():
            self.new, self.new_name = self.old, self.old_name  # what is here is newer than any tag

    def _adopt_environment(self) -> Path:
        """Make `.venv` a link to a folder in `.venvs`, if it is not one yet. Returns the folder."""
        link = ROOT / ".venv"
        if not link.exists():
            raise Failed("가상환경(.venv)이 없습니다. bin/serve --install을 먼저 실행해 주세요.")
        if not link.is_symlink():
            (ROOT / ".venvs").mkdir(exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix="first-", dir=ROOT / ".venvs"))
            link.rename(folder)
            link.symlink_to(folder)
        return link.resolve()

    def _install(self) -> Path:
        """Install what the new version pins. What pins the same shares an environment."""
        wanted = git("show", f"{self.new}:requirements.txt", strip=False)
        if wanted == git("show", f"{self.old}:requirements.txt", strip=False):
            say("1/7 설치: 필요한 꾸러미가 그대로입니다.")
            return self.old_environment
        say("1/7 설치: 새 꾸러미를 받습니다…")
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        folder = ROOT / ".venvs" / f"{hashlib.sha256(wanted.encode()).hexdigest()[:12]}-{python}"
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            run([sys.executable, "-m", "venv", folder])
            (folder / "requirements.txt").write_text(wanted)
            options = ["--quiet", "--disable-pip-version-check", "-r", folder / "requirements.txt"]
            run([folder / "bin/python", "-m", "pip", "install", *options])
            (folder / "complete").touch()
        return folder

    def _back_up(self) -> None:
        """A whole backup while the paper is open, for the worst day; going back uses the copies."""
        say("2/7 백업…")
        needed = SPARE + 2 * sum((self.data / name).stat().st_size for name in DATABASES)
        if shutil.disk_usage(self.data).free < needed:
            raise Failed(f"디스크에 {needed // 1_000_000} MB가 비어 있어야 합니다: {self.data}")
        self._flask("backup", "--beside")  # files of articles are copied once for all backups of the folder

    def _close(self) -> None:
        """Stop the paper, and from now on let no version of it be written to."""
        say("3/7 신문을 멈춥니다.")
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that is closed does not stop it half-way
        signal.signal(signal.SIGTERM, interrupted)
        self.host, self.port = self._address()
        if answers(self.host, self.port) and (wrong := self._wrong_pages()):
            self.wrong_before = wrong
            say("이미 열리지 않아 따지지 않는 쪽: " + ", ".join(sorted(wrong)))
        self.lock = (self.data / "update.lock").open("a")
        os.chown(self.lock.fileno(), *owner(self.data))
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        try:
            self._run(self.stop)
            wait_until(lambda: not answers(self.host, self.port), self.wait, "신문이 멈추지 않습니다.")
        except BaseException:
            self._open()
            self._run(self.start)
            raise

    def _open(self) -> None:
        if self.lock:
            self.lock.close()
            (self.data / "update.lock").unlink(missing_ok=True)
            self.lock = None

    # From here on the paper is stopped, and every failure leads back.

    def _change(self) -> None:
        say("4/7 데이터베이스를 따로 둡니다.")
        self._copy_databases()
        say("5/7 프로그램을 바꾸고 데이터베이스를 맞춥니다.")
        self._check_out(self.new, self.new_environment)
        self._flask("db", "upgrade")
        say("6/7 시작합니다.")
        self._begin()
        say("7/7 쪽마다 열어 봅니다.")
        self._ask_pages()

    def _copy_databases(self) -> None:
        """Copy both databases with their write-ahead logs; nobody has them open."""
        if self.copies.exists():  # of an update that was cut short
            self.copies.rename(self.copies.with_name(f"before-update-{datetime.now(UTC):%Y%m%d-%H%M%S}"))
        unfinished = self.copies.with_name("before-update.partial")
        shutil.rmtree(unfinished, ignore_errors=True)
        make_private_folder(unfinished)
        files = [path for name in DATABASES for path in database_files(self.data, name)]
        run(["cp", "--preserve", "--reflink=auto", *files, unfinished])
        os.sync()
        unfinished.rename(self.copies)
        self.has_copies = True

    def _check_out(self, commit: str, environment: Path) -> None:
        git("checkout", "--quiet", "--detach", commit)
        link = ROOT / ".venv.new"
        link.unlink(missing_ok=True)
        link.symlink_to(environment)
        link.rename(ROOT / ".venv")
        # bin/serve installs nothing where this stamp is; whoever serves may not write compiled files here.
        stamp = ". bin/venv.sh && venv_stamp > .venv/requirements.txt.stamp"
        subprocess.run(["bash", "-c", stamp], cwd=ROOT, stderr=subprocess.DEVNULL)
        words = [environment / "bin/python", "-m", "compileall", "-qq", "-x", NOT_COMPILED, "."]
        subprocess.run(words, cwd=ROOT)

    def _begin(self) -> None:
        self._run(self.start)
        address = f"http://{self.host}:{self.port}/healthz"
        wait_until(lambda: fetch(address)[0] == 200, self.wait, f"{self.wait}초 안에 열리지 않았습니다.")

    def _ask_pages(self) -> None:
        if wrong := self._wrong_pages() - self.wrong_before:
            raise Failed("열리지 않는 쪽: " + ", ".join(sorted(wrong)))

    def _wrong_pages(self) -> set[str]:
        """The kinds of page that do not answer as they should."""
        base, wrong = f"http://{self.host}:{self.port}", set()
        for page in pages(fetch(base + "/")[1]):
            status, text = fetch(base + page.path)
            if status != 200 or page.words not in text:
                wrong.add(f"{page.kind} ({page.path}: {status})")
        return wrong

    def _go_back(self) -> int:
        say(f"{self.old_name}(으)로 돌아갑니다…")
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._run(self.stop)
            wait_until(lambda: not answers(self.host, self.port), self.wait, "신문이 멈추지 않습니다.")
            self._check_out(self.old, self.old_environment)
            if self.has_copies:
                self._bring_back_databases()
            self._open()
            self._begin()
            self._ask_pages()
        except BaseException as error:
            self._open()
            say(f"돌아가지 못했습니다: {reason(error)}")
            say(f"프로그램: git -C {ROOT} checkout {self.old} 그리고 .venv → {self.old_environment}")
            say(f"자료: {self.copies} 안의 파일이 있으면 {self.data}(으)로 옮긴 뒤 신문을 시작해 주세요.")
            return 3
        say(f"돌아왔습니다. {self.old_name}이(가) 전과 같이 열려 있고, 잃은 것은 없습니다.")
        return 2

    def _bring_back_databases(self) -> None:
        for name in DATABASES:
            for path in database_files(self.data, name, "-shm"):
                path.unlink()
        for path in self.copies.iterdir():
            path.rename(self.data / path.name)
        self.copies.rmdir()
        os.sync()

    def _address(self) -> tuple[str, int]:
        words = "import config, json; s = config.load(); print(json.dumps([s.host, s.port]))"
        host, port = json.loads(self._python("-c", words).splitlines()[-1])
        if host in ("0.0.0.0", "::"):  # all addresses of the machine
            host = "127.0.0.1" if host == "0.0.0.0" else "::1"
        return (f"[{host}]" if ":" in host else host), port

    def _flask(self, *words: str) -> str:
        return self._python("-m", "flask", "--app", "app", *words)

    def _python(self, *words: str) -> str:
        """Run the program's Python as the user whom the data belong to."""
        environment = self.environment | {"HOME": str(self.data), "PYTHONDONTWRITEBYTECODE": "1"}
        return run([ROOT / ".venv/bin/python", *words], env=environment, **user_of(self.data), umask=0o077)

    def _run(self, command: str) -> None:
        subprocess.run(
            command, shell=True, check=True, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL
        )


def run(words: list[Any], **options: Any) -> str:
    """Run a program in the program's folder. Returns its output; raises CalledProcessError."""
    done = subprocess.run(words, check=True, cwd=ROOT, capture_output=True, text=True, **options)
    return done.stdout


def git(*words: str, strip: bool = True) -> str:
    output = run(["git", *words])
    return output.strip() if strip else output


def interrupted(*_signal: object) -> None:
    raise KeyboardInterrupt


def owner(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_uid, status.st_gid


def user_of(folder: Path) -> dict[str, Any]:
    """Arguments of subprocess that run a program as the owner of the folder, if we are root."""
    user, group = owner(folder)
    return {"user": user, "group": group, "extra_groups": []} if os.geteuid() == 0 and user else {}


def make_private_folder(folder: Path) -> None:
    """Make a folder in the data folder that belongs to the same user, and is nobody else's to read."""
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, *owner(folder.parent))


def database_files(folder: Path, name: str, *more: str) -> list[Path]:
    paths = (folder / (name + suffix) for suffix in ("", "-wal", "-journal", *more))
    return [path for path in paths if path.exists()]


def wait_until(is_so: Callable[[], bool], seconds: int, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise Failed(otherwise)
        time.sleep(0.1)


def answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host.strip("[]"), port), timeout=2):
            return True
    except OSError:
        return False


def fetch(address: str) -> tuple[int, str]:
    """Ask for a page, redirects followed. Returns its status (0: no answer) and its text."""
    request = urllib.request.Request(address, headers={"User-Agent": "bin/update (monitor)"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, ""
    except (OSError, ValueError):
        return 0, ""


def pages(front: str) -> list[Page]:
    """A page of each kind; of sections and articles the first that the front page names."""
    found = [Page("첫 화면", "/", "</html>")]
    linked = {"분류": r"/sections/[^/\"?#]+", "기사": r"/posts/\d+", "스타일": r"/static/[^\"]+\.css"}
    for kind, pattern in linked.items():
        if match := re.search(f'href="({pattern})"', front):
            found.append(Page(kind, match[1], "" if kind == "스타일" else "</html>"))
    return [
        *found,
        Page("피드", "/feed.xml", "</rss>"),
        Page("찾기", "/search?q=%EB%A7%88%EC%9D%84", "</html>"),
        Page("로그인", "/login", 'name="password"'),
        Page("편집실 로그인", "/desk/", 'name="password"'),
    ]


if __name__ == "__main__":
    sys.exit(main())
