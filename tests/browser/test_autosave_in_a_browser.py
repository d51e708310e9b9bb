"""What is typed on a writing page is soon on the server, whatever becomes of tab, network and login."""

from collections.abc import Callable

from dialogs import log_in
from playwright.sync_api import Page, expect
from window import Window

OpenWindow = Callable[..., Window]
EDITOR = "iframe.tox-edit-area__iframe"
STORED, LOST, ENDED = "저장됨", "연결이 끊겼습니다", "로그인이 풀렸습니다"


def opened(window: Window, path: str) -> Page:
    page = window.open(path)
    expect(page.frame_locator(EDITOR).locator("body.mce-content-body")).to_be_visible()
    return page


def state(page: Page, words: str) -> None:
    """Wait for these words. After a failure the page may take ten seconds until it tries again."""
    expect(page.locator("[data-autosave-state]")).to_contain_text(words, timeout=30_000)


def type_text(page: Page, text: str) -> None:
    page.frame_locator(EDITOR).locator("body").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def crash(window: Window) -> None:
    """Close the tab without its leaving handlers, in a browser that stores nothing."""
    context = window.page.context
    window.page.evaluate("localStorage.clear(); sessionStorage.clear()")
    window.page.close(run_before_unload=False)
    window.page = context.new_page()
    window.page.set_default_timeout(15_000)


def test_tab_network_and_login_end_while_an_article_is_typed(open_window: OpenWindow) -> None:
    window = open_window(390)
    window.expect_problems("ERR_INTERNET_DISCONNECTED", "400", "401", "422")
    window.open("/")
    log_in(window, "editor", window.server.password)
    page = opened(window, "/desk/posts/new")
    type_text(page, "탭이 닫히기 전에 쓴 글.")
    state(page, STORED)
    window.assert_fits()
    crash(window)
    page = window.open("/desk/")
    page.locator(".unsaved").get_by_role("link", name="되살리기").first.click()
    expect(page.frame_locator(EDITOR).locator("body")).to_have_text("탭이 닫히기 전에 쓴 글.")

    page.context.set_offline(True)
    page.locator("[name=title]").fill("끊긴 동안 쓴 제목")
    state(page, LOST)
    page.context.set_offline(False)
    state(page, STORED)

    page.context.clear_cookies()
    type_text(page, " 로그인이 풀린 뒤에 쓴 글.")
    state(page, ENDED)
    page.locator("[data-log-in]").click()
    dialog = page.locator("dialog")
    for password, after in (("틀린 비밀번호", 1), (window.server.password, 0)):
        dialog.locator("[name=username]").fill("editor")
        dialog.locator("[name=password]").fill(password)
        dialog.get_by_role("button", name="로그인").click()
        expect(dialog.locator(".errors")).to_have_count(after)
    expect(dialog).to_have_count(0)
    state(page, STORED)
    page.get_by_role("combobox", name="분류").select_option(label="시의회")
    page.get_by_role("button", name="초안 저장").click()
    expect(page.get_by_text("초안을 저장했습니다")).to_be_visible()
    body = page.locator("[name=body]").input_value()
    assert "탭이 닫히기 전에 쓴 글. 로그인이 풀린 뒤에 쓴 글." in body.replace("&nbsp;", " ")
    expect(page.locator("[name=title]")).to_have_value("끊긴 동안 쓴 제목")
    expect(window.open("/desk/").get_by_text("끊긴 동안 쓴 제목")).to_have_count(1)


def test_an_article_that_was_only_looked_at_is_not_stored(open_window: OpenWindow) -> None:
    window = open_window(390)
    window.open("/")
    log_in(window, "editor", window.server.password)
    page = window.open("/desk/posts?state=published")
    edits = page.locator("main a[href$='/edit']").evaluate_all(
        "links => [...new Set(links.map(link => link.getAttribute('href')))]"
    )
    for path in edits[:4]:
        opened(window, path)
        page.evaluate(
            "Object.defineProperty(document, 'hidden', { value: true });"
            " document.dispatchEvent(new Event('visibilitychange'))"
        )
        page.wait_for_load_state("networkidle")
        assert page.locator(".writing-bar__state").is_hidden(), path
