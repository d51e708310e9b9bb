"""Real browsers on a real paper: `bin/serve` on an empty data folder with the sample."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from paper_server import Server, start, stop
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


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

    def complain(self, problem: str) -> None:
        self.problems.append(f"{self.page.url}: {problem}")

    def is_foreign(self, address: str) -> bool:
        return not address.startswith((self.server.url, "data:", "blob:"))

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
