"""A real browser and a real server: `bin/serve` on an empty data folder with the sample."""

import secrets
from collections.abc import Callable, Iterator

import pytest
from client import BROWSER
from paper_server import Server, start, stop
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from window import Window

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


@pytest.fixture
def open_window(chromium: Browser, server: Server) -> Iterator[Callable[..., Window]]:
    """Open windows with separate profiles. Console errors and requests to other sites fail the test."""
    contexts: list[BrowserContext] = []
    windows: list[Window] = []

    def make(width: int = 1280, **options: object) -> Window:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="ko-KR", **({"user_agent": BROWSER} | options)
        )
        contexts.append(context)
        window = Window(context.new_page(), server)
        windows.append(window)
        return window

    yield make
    for context in contexts:
        context.close()
    problems = [problem for window in windows for problem in window.unexpected()]
    assert not problems, problems


@pytest.fixture
def somebody() -> str:
    """An unused username."""
    return "n" + secrets.token_hex(4)
