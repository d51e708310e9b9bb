"""The writing page: plain characters and back, syllables of a Korean keyboard, keys, the bar on a phone."""

import re
from collections.abc import Callable

import pytest
from article_texts import PICTURES, random_texts, written_texts
from dialogs import log_in
from playwright.sync_api import CDPSession, Locator, Page, expect
from test_reading_in_a_browser import assert_accessible
from window import Window

from lib.text import markup

OpenWindow = Callable[..., Window]
EDITOR = "iframe.tox-edit-area__iframe"
WORDS = {"photo": "사진", "video": "영상", "table": "표", "list": "목록", "other": "그 밖"}
ROUND_TRIP = """async ([address, texts, words]) => {
  const { toHtml, toNotation } = await import(address)
  return texts.map(text => {
    const { text: notation, kept } = toNotation(text, words)
    return [notation, toHtml(notation, kept), toNotation(toHtml(notation, kept), words).text]
  })
}"""


def as_editor(window: Window, path: str = "/desk/posts/new") -> Page:
    window.open("/")
    log_in(window, "editor", window.server.password)
    page = window.open(path)
    expect(page.locator("[data-switch]")).to_be_enabled()
    return page


def rich(page: Page) -> Locator:
    """The text in the editor's frame."""
    return page.frame_locator(EDITOR).locator("body.mce-content-body")


def plain(page: Page) -> Locator:
    return page.locator("#plain-text")


def body(page: Page) -> Locator:
    """The field that is sent."""
    return page.locator("[name=body]")


def switch(page: Page) -> None:
    page.get_by_role("button", name="글자만으로 쓰기").click()


def compose(page: Page, *states: str) -> CDPSession:
    """Begin a syllable as a Korean keyboard does: each state replaces the one before. It is not finished."""
    session = page.context.new_cdp_session(page)
    for state in states:
        session.send("Input.imeSetComposition", {"text": state, "selectionStart": 1, "selectionEnd": 1})
    return session


def test_plain_characters_lose_nothing(open_window: OpenWindow) -> None:
    page = as_editor(open_window())
    address = page.evaluate("document.querySelector('script[src$=\"maeul.js\"]').src")
    address = address.replace("maeul.js", "js/notation.js")
    cleaned = [markup.clean(text, PICTURES) for text in [*written_texts(), *random_texts(300)]]
    for before, (notation, after, again) in zip(
        cleaned, page.evaluate(ROUND_TRIP, [address, cleaned, WORDS]), strict=True
    ):
        assert markup.clean(after, PICTURES) == before, notation
        assert again == notation
        assert "<p>" not in notation


@pytest.mark.parametrize("field", [rich, plain])
def test_no_syllable_is_lost(
    open_window: OpenWindow, somebody: str, field: Callable[[Page], Locator]
) -> None:
    window = open_window(390)
    window.expect_problems("Applying inline style")  # of the editor's receiver of pasted text
    page = as_editor(window)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[name=section_id]").select_option(label="지역뉴스")
    page.locator("[name=title]").fill(f"한 글자도 {somebody}")
    if field is plain:
        switch(page)
    field(page).click()

    compose(page, "ㅎ", "하", "한").send("Input.insertText", {"text": "한"})  # typing
    expect(body(page)).to_have_value("<p>한</p>")
    compose(page, "ㄱ", "그", "글", "그").send("Input.insertText", {"text": "그"})  # deleting within one
    expect(body(page)).to_have_value("<p>한그</p>")
    compose(page, "ㄹ", "리", "림")
    expect(body(page)).to_have_value("<p>한그림</p>")  # drafts and autosave read this field
    page.locator("[name=subtitle]").click()  # moving away
    expect(body(page)).to_have_value("<p>한그림</p>")

    field(page).click()
    page.keyboard.press("Control+End")
    page.evaluate("navigator.clipboard.writeText('붙인 글')")
    compose(page, "ㅇ", "으", "을")
    page.keyboard.press("Control+v")  # pasting
    expect(body(page)).to_have_value(re.compile("<p>한그림을 ?붙인 글</p>"))
    page.locator("[name=subtitle]").click()
    field(page).click()
    page.keyboard.press("Control+End")
    compose(page, "ㅁ", "모", "몹")
    switch(page)  # switching
    other = rich if field is plain else plain
    expect(other(page)).to_be_visible()
    expect(body(page)).to_have_value(re.compile("<p>한그림을 ?붙인 글몹</p>"))
    switch(page)
    expect(field(page)).to_be_visible()

    field(page).click()
    page.keyboard.press("Control+End")
    session = compose(page, "ㅅ", "시")
    page.keyboard.press("Control+s")  # waits for the syllable
    session.send("Input.insertText", {"text": "시"})
    expect(page.get_by_text("초안을 저장했습니다")).to_be_visible()
    expect(field(page)).to_be_visible()
    field(page).click()
    page.keyboard.press("Control+End")
    compose(page, "ㄱ", "고")
    page.get_by_role("button", name="초안 저장").click()  # saving
    expect(page.get_by_text("초안을 저장했습니다")).to_be_visible()
    expect(body(page)).to_have_value(re.compile("<p>한그림을 ?붙인 글몹시고</p>"))


def test_keys_save_and_publish_from_the_text(open_window: OpenWindow, somebody: str) -> None:
    window = open_window()
    page = as_editor(window)
    page.locator("[name=section_id]").select_option(label="지역뉴스")
    page.locator("[name=title]").fill(f"열쇠 {somebody}")
    page.locator("[name=origin]").select_option(value="own")
    rich(page).click()
    page.keyboard.type("초안이다.")
    page.keyboard.press("Control+s")
    expect(page.locator(".writing__name")).to_contain_text("초안")
    expect(page.locator("[data-autosave-state]")).to_have_text("저장됨")
    page.keyboard.type(" 이어서 쓴다.")  # the caret is where it was
    expect(body(page)).to_have_value("<p>초안이다. 이어서 쓴다.</p>")
    switch(page)
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\n## 둘째")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("/desk/posts/[0-9]+/published$"))
    window.open(page.url.split("/desk")[1].removesuffix("/published"))
    expect(page.locator(".article .body h2")).to_have_text("둘째")
    page.get_by_role("link", name="기사 고치기").click()
    plain(page).press("Control+End")
    page.keyboard.type(" 소제목")
    page.keyboard.press("Control+s")  # of a published article the working copy is stored
    expect(page.locator("[data-autosave-state]")).to_contain_text("저장됨")
    assert "/edit" in page.url
    page.keyboard.press("Control+Enter")
    expect(page.locator(".article .body h2")).to_have_text("둘째 소제목")


def test_toolbar_bar_and_plain_characters_on_a_phone(open_window: OpenWindow) -> None:
    window = open_window(390)
    page = as_editor(window)
    buttons = page.locator(".tox-tbtn")
    expect(buttons).to_have_text(["소제목", "인용", "사진", "링크", "목록"])
    boxes = [button.bounding_box() for button in buttons.all()]
    assert all(box and box["width"] >= 44 and box["height"] >= 44 for box in boxes)
    rich(page).click()
    page.keyboard.type("하나")
    for name in ("소제목", "인용"):
        page.locator(".tox-tbtn", has_text=name).click()
    expect(body(page)).to_have_value(re.compile(r"^<blockquote>\s*<h2>하나</h2>\s*</blockquote>$"))
    assert_accessible(window, "/desk/posts/new")
    switch(page)
    expect(plain(page)).to_have_value("> ## 하나")
    assert_accessible(window, "/desk/posts/new")
    window.assert_fits()
    page.reload()  # this browser remembers the choice
    expect(plain(page)).to_have_value("> ## 하나")
    plain(page).fill("- 둘")
    expect(body(page)).to_have_value("<ul><li>둘</li></ul>")

    keyboard = """height => {
      Object.defineProperty(visualViewport, "height", { configurable: true, get: () => height })
      visualViewport.dispatchEvent(new Event("resize"))
    }"""
    bottom = "document.querySelector('.writing-bar').getBoundingClientRect().bottom"
    assert page.evaluate(bottom) == 900
    page.evaluate(keyboard, 500)
    assert page.evaluate(bottom) == 500
    page.evaluate(keyboard, 900)
    assert page.evaluate(bottom) == 900
