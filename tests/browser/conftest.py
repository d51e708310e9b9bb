"""A whole paper on a real port: `bin/serve` on an empty data folder with the sample, and real browsers reading it."""

import http.client
import os
import re
import secrets
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STARTED = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass
class Server:
    """A running paper."""

    url: str
    data: Path
    output: str
    process: subprocess.Popen[str]

    @property
    def password(self) -> str:
        """The editor's, as printed on the first start."""
        found = re.search(r"(?:비밀번호|[Pp]assword)\s*[:：]\s*(\S+)", self.output)
        assert found, self.output
        return found[1]

    def captcha_answer(self, key: str) -> str:
        """Read from the data folder, as the keeper of the server could: there is no other way around it."""
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
    environment = os.environ | {"MAEUL_DATA": str(data), "MAEUL_PORT": str(port), "MAEUL_HOST": "127.0.0.1"} | settings
    with log.open("w") as output:
        process = subprocess.Popen([ROOT / "bin/serve"], env=environment, stdout=output, stderr=subprocess.STDOUT, text=True)
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
        select_pause()


def select_pause() -> None:
    """Between two looks at a server that is starting."""
    time.sleep(0.1)


def stop(server: Server) -> None:
    server.process.send_signal(signal.SIGINT)
    server.process.wait(timeout=20)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start(tmp_path_factory.mktemp("paper") / "data")
    yield running
    stop(running)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Window:
    """A page that remembers what went wrong in it."""

    page: Page
    server: Server
    problems: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.server.url + path)
        return self.page

    def assert_fits(self) -> None:
        """Nothing scrolls sideways."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"


@pytest.fixture
def open_window(chromium: Browser, server: Server) -> Iterator[Callable[..., Window]]:
    """Windows of people who share nothing; whatever a console complains of, or another site is asked for, fails the test."""
    contexts: list[BrowserContext] = []
    windows: list[Window] = []

    def make(width: int = 1280, **options: object) -> Window:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="ko-KR", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        window = Window(page, server, [])
        page.on("console", lambda message: window.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: window.problems.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith((server.url, "data:", "blob:")) else window.problems.append(request.url),
        )
        windows.append(window)
        return window

    yield make
    for context in contexts:
        context.close()
    problems = [problem for window in windows for problem in window.problems]
    assert not problems, problems


@pytest.fixture
def somebody() -> str:
    """A name nobody has yet."""
    return "n" + secrets.token_hex(4)
