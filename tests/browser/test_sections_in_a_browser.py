"""The editor puts sections in order on a phone: by a finger, and by keys."""

from collections.abc import Callable

from dialogs import log_in
from playwright.sync_api import Page, expect
from test_reading_in_a_browser import violations
from window import Window

OpenWindow = Callable[..., Window]
GROUP = "[data-items=sections]"
FROM, TO = ("시정", "시의회"), ("인터뷰", "정치인")


def names(page: Page, group: str) -> list[str]:
    """The sections of a group, as they stand on the page."""
    item = page.locator("[data-item=groups]").filter(has=page.get_by_role("heading", name=group, exact=True))
    return item.locator(f"{GROUP} b a").all_inner_texts()


def drag(page: Page, name: str, other: str, *, below: bool) -> None:
    """Drag a section to another one, above or below it, and load the page again once it is sent."""
    row = lambda named: page.locator(f"{GROUP} > li").filter(  # noqa: E731
        has=page.get_by_role("link", name=named, exact=True)
    )
    row(other).evaluate("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")
    handle, goal = row(name).locator("[data-handle]").bounding_box(), row(other).bounding_box()
    assert handle
    assert goal
    page.mouse.move(handle["x"] + 20, handle["y"] + 20)
    page.mouse.down()
    page.mouse.move(goal["x"] + 60, goal["y"] + goal["height"] * (0.8 if below else 0.2), steps=5)
    with page.expect_response(lambda answer: answer.url.endswith("/position")):
        page.mouse.up()
    page.reload()


def test_sections_are_put_in_order_by_finger_and_by_keys(open_window: OpenWindow) -> None:
    window = open_window(390)
    window.open("/")
    log_in(window, "editor", window.server.password)
    page = window.open("/desk/sections")
    window.assert_fits()
    assert violations(window) == []
    before, there = names(page, FROM[0]), names(page, TO[0])
    assert before.index(FROM[1]) == 1
    button = page.get_by_role("button", name=f"위로: {FROM[1]}")
    button.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/position")):
        page.keyboard.press("Enter")
    expect(button).to_be_focused()
    expect(page.locator("main [role=status]")).to_have_text("이제 1번째입니다.")
    page.reload()
    assert names(page, FROM[0])[0] == FROM[1]
    drag(page, FROM[1], TO[1], below=True)
    assert names(page, TO[0]) == [there[0], FROM[1], *there[1:]]
    assert FROM[1] not in names(page, FROM[0])
    drag(page, FROM[1], before[0], below=True)
    assert (names(page, FROM[0]), names(page, TO[0])) == (before, there)
    window.open(page.locator(f"{GROUP} b a").first.get_attribute("href") or "")
    window.assert_fits()
    assert violations(window) == []
