"""A browser window that records console errors and requests to other sites."""

from paper_server import Server
from playwright.sync_api import ConsoleMessage, Page, Request

OWN = ("data:", "blob:", "about:")


class Window:
    """A page in a profile of its own."""

    def __init__(self, page: Page, server: Server):
        self.page = page
        self.server = server
        self.problems: list[str] = []
        self.expected: tuple[str, ...] = ()  # parts of problems a test expects
        page.set_default_timeout(15_000)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._record(str(error)))
        page.on("request", self._on_request)

    def open(self, path: str) -> Page:
        self.page.goto(self.server.url + path)
        return self.page

    def expect_problems(self, *parts: str) -> None:
        """Ignore problems that contain one of these strings."""
        self.expected += parts

    def assert_fits(self) -> None:
        """Assert that nothing scrolls sideways."""
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._record(message.text)

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.server.url, *OWN)):
            self._record(f"requested {request.url}")

    def _record(self, problem: str) -> None:
        self.problems.append(f"{self.page.url}: {problem}")

    def unexpected(self) -> list[str]:
        return [problem for problem in self.problems if not any(part in problem for part in self.expected)]
