"""The queue of comments in a browser: with keys on a wide screen, by buttons on a phone."""

from collections.abc import Callable

from dialogs import log_in
from paper_server import Server
from playwright.sync_api import expect
from test_reading_in_a_browser import violations
from window import Window


def test_a_comment_is_hidden_by_keys_and_shown_again_on_a_phone(
    open_window: Callable[..., Window], server: Server
) -> None:
    window = open_window(1280)
    window.open("/")
    log_in(window, "editor", server.password)
    page = window.open("/desk/comments?tab=all")
    lines = page.locator(".queue__line")
    expect(lines.nth(1)).to_be_visible()
    text = lines.nth(1).locator(".queue__text").inner_text()
    search = page.get_by_label("댓글의 낱말")
    search.press_sequentially("jx")
    expect(search).to_have_value("jx")
    expect(search).to_be_focused()
    page.get_by_role("heading", name="댓글", exact=True).click()
    for key in "jjj":
        page.keyboard.press(key)
    expect(lines.nth(2)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(lines.nth(1).get_by_role("checkbox")).to_be_checked()
    expect(page.locator(".archive__count")).to_contain_text("1")
    page.keyboard.press("h")
    reason = lines.nth(1).get_by_role("combobox")
    expect(reason).to_be_focused()
    reason.select_option("insult")
    lines.nth(1).get_by_role("button", name="이 이유로 가리기").click()
    expect(page.get_by_text("1건 가렸습니다")).to_be_visible()
    assert violations(window) == []

    phone = open_window(390, color_scheme="dark")
    phone.open("/")
    log_in(phone, "editor", server.password)
    page = phone.open("/desk/comments?tab=hidden")
    hidden = page.locator(".queue__line").filter(has_text=text)
    expect(hidden).to_contain_text("욕설·비방")
    phone.assert_fits()
    assert violations(phone) == []
    hidden.get_by_role("button", name="다시 보이기").click()
    expect(page.get_by_text("1건 다시 보이게 했습니다")).to_be_visible()
    expect(page.get_by_text("댓글이 없습니다")).to_be_visible()
