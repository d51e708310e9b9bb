"""Drafts in the browser.

What is typed survives a closed tab, for this reader and this form, until it is accepted or discarded.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from dialogs import PASSWORD, fill_join, log_in, open_dialog
from PIL import Image
from playwright.sync_api import Page, expect
from window import Window

OpenWindow = Callable[..., Window]
NOTE = "쓰시던 글을 되살렸습니다"
EDITOR = "iframe.tox-edit-area__iframe"


def crash(window: Window) -> None:
    """Close the tab without its leaving handlers, and go on in a new one of the same browser."""
    context = window.page.context
    window.page.close(run_before_unload=False)
    window.page = context.new_page()
    window.page.set_default_timeout(15_000)


def as_editor(window: Window, path: str = "/desk/posts/new") -> Page:
    window.open("/")
    log_in(window, "editor", window.server.password)
    return open_form(window, path)


def open_form(window: Window, path: str) -> Page:
    """Open the page of an article and wait for the rich-text editor."""
    page = window.open(path)
    expect(page.frame_locator(EDITOR).locator("body.mce-content-body")).to_be_visible()
    return page


def as_member(window: Window, name: str) -> Page:
    page = window.open("/")
    part = open_dialog(window, "회원가입")
    fill_join(window, part, name)
    expect(page.get_by_role("button", name="로그아웃")).to_be_visible()
    return page


def article(window: Window, number: int = 0) -> str:
    """The path of one of the articles on the front page."""
    page = window.open("/")
    paths = page.locator("main a[href^='/posts/']").evaluate_all(
        "links => [...new Set(links.map(link => link.getAttribute('href')))]"
    )
    return paths[number]


def compose(page: Page, *states: str) -> None:
    """Type a syllable as a Korean keyboard does: each state replaces the one before; then it is confirmed."""
    session = page.context.new_cdp_session(page)
    for state in states:
        session.send("Input.imeSetComposition", {"text": state, "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.insertText", {"text": states[-1]})


FIELDS = {
    "title": lambda page: page.locator("[name=title]").fill("쓰던 제목"),
    "section_id": lambda page: page.locator("[name=section_id]").select_option(label="시의회"),
    "origin": lambda page: page.locator("[name=origin]").select_option(value="release"),
    "published_at": lambda page: page.locator("[name=published_at]").fill("2031-05-05T09:30"),
    "pinned": lambda page: page.locator("[name=pinned]").check(),
    "summary": lambda page: page.locator("[name=summary]").fill("쓰던 요약"),
}
STATE = """() => Object.fromEntries([...document.querySelector(".writing__form").elements]
  .filter(field => field.name && !["hidden", "file"].includes(field.type))
  .map(field => [`${field.name} ${/radio|checkbox/.test(field.type) ? field.value : ""}`,
    /radio|checkbox/.test(field.type) ? field.checked : field.value]))"""


@pytest.mark.parametrize("changed", [["pinned"], ["section_id", "origin"], list(FIELDS)], ids="-".join)
def test_every_field_of_an_article_survives(open_window: OpenWindow, changed: list[str]) -> None:
    window = open_window(1280)
    page = as_editor(window)
    sent = page.evaluate(STATE)
    for name in changed:
        FIELDS[name](page)
    typed = page.evaluate(STATE)
    assert typed != sent
    crash(window)
    page = open_form(window, "/desk/posts/new")
    expect(page.get_by_role("status").filter(has_text=NOTE)).to_be_visible()
    assert page.evaluate(STATE) == typed
    page.get_by_role("button", name="버리기").click()
    assert page.evaluate(STATE) == sent
    expect(page.get_by_text(NOTE)).to_have_count(0)
    crash(window)
    page = open_form(window, "/desk/posts/new")
    assert page.evaluate(STATE) == sent
    expect(page.get_by_text(NOTE)).to_have_count(0)


def test_photos_come_back_with_their_captions_in_their_order(open_window: OpenWindow, tmp_path: Path) -> None:
    photos = [tmp_path / f"{name}.jpg" for name in ("느티나무", "은행나무")]
    for number, photo in enumerate(photos):
        Image.linear_gradient("L").resize((600, 400 + number)).convert("RGB").save(photo, "JPEG")
    window = open_window(390)
    page = as_editor(window)
    page.locator("[name=photos]").set_input_files(photos)
    captions = page.locator("[name^=caption-]")
    captions.nth(1).fill("노란 은행나무")
    page.get_by_role("button", name="위로").nth(1).click()
    for _ in range(2):
        crash(window)
        page = open_form(window, "/desk/posts/new")
        captions = page.locator("[name^=caption-]")
        expect(captions).to_have_count(2)
        expect(captions.first).to_have_value("노란 은행나무")


def test_the_last_syllable_in_a_text_field_and_in_the_rich_text(open_window: OpenWindow) -> None:
    window = open_window(1280)
    page = as_editor(window)
    page.locator("[name=title]").focus()
    compose(page, "ㅎ", "하", "한")
    page.frame_locator(EDITOR).locator("body").click()
    compose(page, "ㄱ", "그", "글")
    expect(page.locator("[name=body]")).to_have_value("<p>글</p>")
    crash(window)
    page = open_form(window, "/desk/posts/new")
    expect(page.locator("[name=title]")).to_have_value("한")
    expect(page.frame_locator(EDITOR).locator("body")).to_have_text("글")
    page.get_by_role("button", name="버리기").click()
    expect(page.frame_locator(EDITOR).locator("body")).to_have_text("")
    crash(window)
    page = open_form(window, "/desk/posts/new")
    expect(page.get_by_text(NOTE)).to_have_count(0)


def test_a_syllable_that_is_not_confirmed_yet_survives(open_window: OpenWindow) -> None:
    window = open_window(1280)
    page = as_editor(window)
    page.frame_locator(EDITOR).locator("body").click()
    session = page.context.new_cdp_session(page)
    for state in ("ㄱ", "그", "글"):
        session.send("Input.imeSetComposition", {"text": state, "selectionStart": 1, "selectionEnd": 1})
    page.wait_for_function("document.querySelector('[name=body]').value.includes('글')")
    crash(window)
    page = open_form(window, "/desk/posts/new")
    expect(page.frame_locator(EDITOR).locator("body")).to_have_text("글")


def test_reading_an_article_in_the_editor_makes_no_draft(open_window: OpenWindow) -> None:
    window = open_window(1280)
    path = article(window).replace("/posts/", "/desk/posts/") + "/edit"
    page = as_editor(window, path)
    page.frame_locator(EDITOR).locator("body").click()
    page.locator("#title").click()
    page.evaluate("document.activeElement.dispatchEvent(new Event('input', { bubbles: true }))")
    crash(window)
    page = open_form(window, path)
    expect(page.get_by_text(NOTE)).to_have_count(0)


def test_a_draft_belongs_to_one_article_and_is_forgotten_when_accepted(
    open_window: OpenWindow, somebody: str
) -> None:
    window = open_window(390)
    first, second = article(window, 0), article(window, 1)
    as_member(window, somebody)
    page = window.open(first)
    page.locator("#comment-form textarea").fill(f"쓰던 댓글 {somebody}")
    crash(window)
    page = window.open(second)
    expect(page.locator("#comment-form textarea")).to_have_value("")
    expect(page.get_by_text(NOTE)).to_have_count(0)
    page = window.open(first)
    expect(page.get_by_text(NOTE)).to_be_visible()
    window.assert_fits()
    page.locator("#comment-form").get_by_role("button", name="댓글 등록").click()
    expect(page.locator(".comment", has_text=somebody)).to_be_visible()
    crash(window)
    page = window.open(first)
    expect(page.locator("#comment-form textarea")).to_have_value("")
    expect(page.get_by_text(NOTE)).to_have_count(0)


@pytest.mark.parametrize("refusal", ["offline", "logged out"])
def test_a_draft_outlives_a_form_that_was_not_accepted(
    open_window: OpenWindow, somebody: str, refusal: str
) -> None:
    window = open_window(1280)
    window.expect_problems("ERR_INTERNET_DISCONNECTED", "400", "405")
    path = article(window)
    as_member(window, somebody)
    page = window.open(path)
    page.locator("#comment-form textarea").fill(f"아직 보내지 못한 댓글 {somebody}")
    cookies = page.context.cookies()
    if refusal == "offline":
        page.context.set_offline(True)
    else:
        page.context.clear_cookies()
    page.locator("#comment-form").get_by_role("button", name="댓글 등록").click()
    page.wait_for_timeout(300)  # until the browser shows its own page
    page.context.set_offline(False)
    if refusal == "logged out":
        expect(page.get_by_text("다시 보내실 수 있습니다")).to_be_visible()
        log_in(window, somebody, PASSWORD)
    else:
        page.context.add_cookies(cookies)
    page = window.open(path)
    expect(page.locator("#comment-form textarea")).to_have_value(f"아직 보내지 못한 댓글 {somebody}")


def test_two_members_of_one_browser_never_see_each_others_drafts(
    open_window: OpenWindow, somebody: str
) -> None:
    window = open_window(1280)
    path = article(window)
    for name in (f"{somebody}a", f"{somebody}b"):
        as_member(window, name)
        page = window.open(path)
        expect(page.locator("#comment-form textarea")).to_have_value("")
        page.locator("#comment-form textarea").fill(f"{name}의 댓글")
        page.get_by_role("button", name="로그아웃").click()
        expect(page.get_by_role("link", name="로그인", exact=True).first).to_be_visible()
    log_in(window, f"{somebody}a", PASSWORD)
    page = window.open(path)
    expect(page.locator("#comment-form textarea")).to_have_value(f"{somebody}a의 댓글")


def test_an_old_draft_expires(open_window: OpenWindow, somebody: str) -> None:
    window = open_window(1280)
    path = article(window)
    as_member(window, somebody)
    page = window.open(path)
    page.locator("#comment-form textarea").fill("지난주의 댓글")
    page.evaluate("""() => {
      const key = Object.keys(localStorage).find(key => key.startsWith("draft:"))
      const draft = JSON.parse(localStorage[key])
      localStorage[key] = JSON.stringify({ ...draft, at: draft.at - 8 * 24 * 3600 * 1000 })
    }""")
    page = window.open("/")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_secrets_are_never_stored(open_window: OpenWindow) -> None:
    window = open_window(390)
    page = window.open("/tips/new")
    page.locator("[name=body]").fill("제보합니다")
    page.locator("[name=captcha]").fill("123456")
    stored = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert "제보합니다" in stored
    assert not re.search("123456|captcha|csrf|idempotency", stored)
    page.reload()
    expect(page.get_by_role("status").filter(has_text=NOTE)).to_be_visible()
    window.assert_fits()


@pytest.mark.parametrize("is_cached", [True, False], ids=["page kept by the browser", "page loaded again"])
@pytest.mark.parametrize("path", ["article", "/tips/new", "/desk/posts/new"])
def test_a_form_has_another_key_after_back(
    open_window: OpenWindow, somebody: str, path: str, is_cached: bool
) -> None:
    window = open_window(1280)
    path = article(window) if path == "article" else path
    window.open("/")
    log_in(window, "editor", window.server.password)
    if not is_cached:  # a page with such a handler is loaded again
        window.page.add_init_script("addEventListener('unload', () => {})")
    page = window.open(path)
    keys = [page.locator("[name=idempotency_key]").first.input_value()]
    for go in (lambda: page.go_back(), lambda: page.go_forward() and page.go_back()):
        if len(keys) == 1:
            window.open("/pages/about")
        go()
        field = page.locator("[name=idempotency_key]").first
        expect(field).not_to_have_value(keys[-1])
        keys.append(field.input_value())
    assert len(set(keys)) == 3
    page.reload()
    assert page.locator("[name=idempotency_key]").first.input_value()
