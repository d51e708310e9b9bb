"""A browser's window that remembers what went wrong in it."""

from paper_server import Server
from playwright.sync_api import ConsoleMessage, Page, Request

OWN = ("data:", "blob:", "about:")


class Window:
    """A page of one person, on one paper."""

    def __init__(self, page: Page, server: Server):
        self.page = page
        self.server = server
        self.problems: list[str] = []
        self.forgiven: tuple[str, ...] = ()  # parts of complaints a test expects
        page.set_default_timeout(15_000)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complain(str(error)))
        page.on("request", self._watch)

    def open(self, path: str) -> Page:
        self.page.goto(self.server.url + path)
        return self.page

    def forgive(self, *parts: str) -> None:
        """Complaints with these words are part of the test."""
        self.forgiven += parts

    def assert_fits(self) -> None:
        """Nothing scrolls sideways."""
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(message.text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.server.url, *OWN)):
            self._complain(f"asked {request.url}")

    def _complain(self, problem: str) -> None:
        self.problems.append(f"{self.page.url}: {problem}")

    def unforgiven(self) -> list[str]:
        return [problem for problem in self.problems if not any(part in problem for part in self.forgiven)]
