"""Two-step login is switched on with a phone, and asked for in place on the writing page."""

import sqlite3
import time
from collections.abc import Callable, Iterator

import pyotp
import pytest
from dialogs import log_in
from paper_server import Server
from playwright.sync_api import expect
from test_autosave_in_a_browser import ENDED, STORED, opened, state, type_text
from window import Window


@pytest.fixture(autouse=True)
def off_afterwards(server: Server) -> Iterator[None]:
    """The editor of this server logs in with the password alone in every other test."""
    yield
    with sqlite3.connect(server.data / "maeul.db") as connection:
        connection.execute("DELETE FROM two_steps")


def test_second_step_is_asked_in_place_while_an_article_is_typed(open_window: Callable[..., Window]) -> None:
    window = open_window(390)
    window.expect_problems("400", "401", "422")
    window.open("/")
    log_in(window, "editor", window.server.password)
    page = window.open("/me/two-step")
    window.assert_fits()
    expect(page.locator(".two-step__picture")).to_be_visible()
    totp = pyotp.TOTP(page.locator(".two-step__secret").inner_text().replace(" ", ""))
    page.locator("[name=code]").fill(totp.now())
    page.locator("[name=password]").fill(window.server.password)
    page.get_by_role("button", name="켜기").click()
    codes = page.locator(".two-step__codes code")
    expect(codes).to_have_count(10)
    window.assert_fits()
    recovery = codes.first.inner_text()

    page = opened(window, "/desk/posts/new")
    type_text(page, "로그인이 풀리기 전에 쓴 글.")
    state(page, STORED)
    page.context.clear_cookies()
    type_text(page, " 풀린 뒤에 쓴 글.")
    state(page, ENDED)
    page.locator("[data-log-in]").click()
    dialog = page.locator("dialog")
    dialog.locator("[name=username]").fill("editor")
    dialog.locator("[name=password]").fill(window.server.password)
    dialog.get_by_role("button", name="로그인").click()
    for code, after in (("000000", 1), (totp.at(int(time.time()) + 30), 0)):
        dialog.locator("[name=code]").fill(code)
        dialog.get_by_role("button", name="로그인").click()
        expect(dialog.locator(".errors")).to_have_count(after)
    expect(dialog).to_have_count(0)
    state(page, STORED)

    page.context.clear_cookies()
    window.open("/me")
    page.locator("[name=username]").fill("editor")
    page.locator("[name=password]").fill(window.server.password)
    page.locator("main").get_by_role("button", name="로그인").click()
    page.locator("[name=code]").fill(recovery)
    page.locator("main").get_by_role("button", name="로그인").click()
    expect(page).to_have_url(f"{window.server.url}/me")
