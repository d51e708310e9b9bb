"""Scripts go on where a browser blocks storage and sharing, and where one of them fails."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import CHROMIUM, FLAGS
from dialogs import membership
from http_person import Person
from paper_server import Server
from playwright.sync_api import Browser, Page, expect
from window import Window

OpenWindow = Callable[..., Window]
THROWS = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError") } })
};"""
MISSING = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { value: null })
}"""
FULL = """Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError") }"""
BROKEN = """Storage.prototype.getItem = Storage.prototype.setItem = Storage.prototype.removeItem =
  () => { throw new Error("no storage") }"""
FOREIGN = """for (const key of ["maeul-visitor", "draft:x", "draft-sent"]) {
  localStorage.setItem(key, "no JSON"); sessionStorage.setItem(key, "{")
}"""
NO_COOKIES = """Object.defineProperty(Document.prototype, "cookie", {
  get() { throw new DOMException("denied", "SecurityError") } });"""
NO_SHARING = """Object.defineProperty(navigator, "share", { value() { throw new TypeError("no") } });
Object.defineProperty(navigator, "clipboard", { value: undefined })"""
AT_ONCE, LATER = "throw new Error('fault')", "return () => { throw new Error('fault') }"


@pytest.mark.parametrize(
    "blocked",
    [
        pytest.param(THROWS, id="access throws"),
        pytest.param(MISSING, id="no storage"),
        pytest.param(FULL, id="storage is full"),
        pytest.param(BROKEN, id="every call throws"),
        pytest.param(FOREIGN, id="content is not ours"),
        pytest.param(THROWS + NO_COOKIES + NO_SHARING, id="cookies and sharing blocked"),
    ],
)
def test_scripts_go_on_without_storage(open_window: OpenWindow, blocked: str) -> None:
    window = open_window(390)
    window.page.add_init_script(blocked)
    assert_scripts_work(window.page, window.server)
    window.assert_fits()


def test_scripts_go_on_in_a_browser_that_blocks_cookies(cautious: Page, server: Server) -> None:
    cautious.goto(server.url)
    blocked = cautious.evaluate(
        "(() => { try { return !localStorage } catch (error) { return error.name } })()"
    )
    assert blocked == "SecurityError"
    assert_scripts_work(cautious, server)


@pytest.fixture
def cautious(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page of a browser whose settings block cookies and storage of every site."""
    profile = tmp_path / "profile" / "Default"
    profile.mkdir(parents=True)
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Preferences").write_text(json.dumps(settings))
    context = chromium.browser_type.launch_persistent_context(
        profile.parent, executable_path=CHROMIUM, args=FLAGS, locale="ko-KR"
    )
    yield context.pages[0]
    context.close()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("captcha", LATER),
        ("keep-draft", AT_ONCE),
        ("share", AT_ONCE),
        ("share", LATER),
        ("visitor-counter", LATER),
    ],
    ids=["captcha", "keep-draft", "share", "share when it starts", "visitor-counter"],
)
def test_one_failing_behaviour_stops_no_other(open_window: OpenWindow, name: str, fault: str) -> None:
    window = open_window(390)
    window.expect_problems("fault", "behaviour", "404")
    page = window.open("/")
    path = page.locator("script[src$='maeul.js']").get_attribute("src")
    script, beginning = Person(window.server.url).get(path).text, f'define("{name}", () => {{'
    assert beginning in script
    page.route(
        "**/maeul.js",
        lambda route: route.fulfill(
            body=script.replace(beginning, beginning + fault + "\n"), content_type="text/javascript"
        ),
    )
    assert_scripts_work(page, window.server, without=name)
    if name in ("share", "visitor-counter"):  # the others are not on this page
        assert any(f"behaviour {name}" in problem for problem in window.problems)


def assert_scripts_work(page: Page, server: Server, without: str = "") -> None:
    """Assert that an article's page counts its reader, copies its address and opens dialogs.

    :param without: the behaviour that does not work
    """
    page.goto(server.url, wait_until="networkidle")
    path = page.locator("main a[href^='/posts/']").first.get_attribute("href")
    beats: list[int] = []
    page.on("response", lambda response: beats.append(response.status) if "/beat" in response.url else None)
    page.goto(f"{server.url}{path}", wait_until="networkidle")
    if without != "share":
        page.locator("[data-share=copy]").click()
        expect(page.locator(".share [role=status]")).to_have_text("주소를 복사했습니다")
    page.locator("[data-share=sheet]").click()
    membership(page).get_by_role("link", name="로그인", exact=True).click()
    expect(page.locator("dialog [name=username]")).to_be_visible()
    assert set(beats) == (set() if without == "visitor-counter" else {200})
