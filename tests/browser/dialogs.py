"""Joining and logging in through the dialog or page that the links open."""

from playwright.sync_api import Locator, Page, expect
from window import Window

PASSWORD = "느티나무 아래서 1"


def open_dialog(window: Window, name: str) -> Locator:
    """Return the form behind 로그인 or 회원가입 at the top of the page."""
    membership(window.page).get_by_role("link", name=name, exact=True).click()
    part = window.page.locator("[data-dialog-part]")
    expect(part).to_be_visible()
    return part


def fill_join(window: Window, part: Locator, name: str, captcha: str | None = None) -> None:
    """Fill in and submit the join form."""
    key = part.locator("[name=captcha_key]").input_value()
    for field, value in {
        "username": name,
        "nickname": f"이웃{name[-6:]}",
        "email": f"{name}@example.com",
        "password": PASSWORD,
        "password_confirm": PASSWORD,
        "captcha": captcha or window.server.captcha_answer(key),
    }.items():
        part.locator(f"[name={field}]").fill(value)
    for box in ("agree_terms", "agree_privacy", "agree_age"):
        assert not part.locator(f"[name={box}]").is_checked() or captcha
        part.locator(f"[name={box}]").check()
    part.get_by_role("button", name="가입하기").click()


def log_in(window: Window, username: str, password: str) -> None:
    """Log in through the dialog and wait until the page shows it."""
    part = open_dialog(window, "로그인")
    part.locator("[name=username]").fill(username)
    part.locator("[name=password]").fill(password)
    part.get_by_role("button", name="로그인").click()
    expect_member(window.page)


def membership(page: Page) -> Locator:
    """Return the links for members; on a phone most pages have them behind 메뉴."""
    links = page.get_by_role("navigation", name="회원")
    if not links.is_visible():
        page.get_by_role("link", name="메뉴", exact=True).click()
    return links


def expect_member(page: Page) -> None:
    """Wait until the page is one for a member who is logged in."""
    expect(page.locator("body[data-reader]")).to_be_attached()
