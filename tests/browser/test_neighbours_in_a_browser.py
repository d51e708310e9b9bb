"""A neighbour joins, comments, replies and logs in again: on a phone, on a desktop, and without scripts."""

import re
from collections.abc import Callable

import pytest
from dialogs import PASSWORD, expect_member, fill_join, log_in, membership, open_dialog
from playwright.sync_api import expect
from window import Window

OpenWindow = Callable[..., Window]
PEOPLE = [
    pytest.param(390, True, id="phone"),
    pytest.param(1280, True, id="desk"),
    pytest.param(390, False, id="no scripts"),
]


@pytest.mark.parametrize(("width", "scripts"), PEOPLE)
def test_join_comment_reply_and_log_in_again(
    open_window: OpenWindow, somebody: str, width: int, scripts: bool
) -> None:
    window = open_window(width, java_script_enabled=scripts)
    page = window.open("/")
    page.locator("main a[href^='/posts/']").first.click()
    expect(page.locator("h1")).to_be_visible()
    article = page.url
    part = open_dialog(window, "회원가입")
    expect(page.locator("dialog")).to_have_count(int(scripts))
    window.assert_fits()
    fill_join(window, part, somebody)
    expect_member(page)
    assert page.url.split("#")[0] == article

    page.locator("#comment-form textarea").fill(f"좋은 소식이네요. 저도 가 보겠습니다. {somebody}")
    page.locator("#comment-form").get_by_role("button", name="댓글 등록").click()
    comment = page.locator(".comment", has_text=somebody).first
    expect(comment).to_be_visible()

    for pressed in ("true", "false"):
        page.get_by_role("button", name=re.compile("^추천")).click()
        button = page.get_by_role("button", name=re.compile("^추천"))
        expect(button).to_have_attribute("aria-pressed", pressed)

    comment.get_by_role("link", name=re.compile("답글")).click()
    form = page.locator("form:not(#comment-form) textarea[name=body]" if scripts else "textarea[name=body]")
    form.fill(f"덧붙입니다 {somebody}\nhttps://example.com/map 에서 보았어요.")
    form.locator("xpath=ancestor::form").get_by_role("button", name="답글").click()
    reply = page.locator(".thread__replies .comment", has_text=f"덧붙입니다 {somebody}")
    expect(reply).to_be_visible()
    link = reply.get_by_role("link", name="example.com/map")
    expect(link).to_have_attribute("rel", re.compile("ugc nofollow"))
    window.assert_fits()

    links = membership(page)
    expect(links.get_by_role("link", name=f"이웃{somebody[-6:]}", exact=True)).to_be_visible()
    links.get_by_role("button", name="로그아웃").click()
    expect(page.get_by_role("navigation", name="회원").get_by_role("link", name="로그인")).to_be_visible()
    page.goto(article)
    expect(page.locator(".comment", has_text=f"덧붙입니다 {somebody}")).to_be_visible()
    log_in(window, somebody, PASSWORD)
    assert page.url.split("#")[0] == article


def test_wrong_digits_keep_the_typed_fields(open_window: OpenWindow, somebody: str) -> None:
    window = open_window(390)
    window.expect_problems("422")
    window.open("/")
    fill_join(window, open_dialog(window, "회원가입"), somebody, captcha="000000")
    page = window.page
    expect(page.get_by_role("alert")).to_contain_text("숫자")
    assert page.locator("[name=email]").input_value() == f"{somebody}@example.com"
    assert page.locator("[name=agree_terms]").is_checked()
    assert page.locator("[name=captcha]").input_value() == ""
    fill_join(
        window,
        page.locator("[data-dialog-part]"),
        somebody,
        window.server.captcha_answer(page.locator("[name=captcha_key]").input_value()),
    )
    expect_member(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_new_captcha_has_another_picture_and_a_sound(open_window: OpenWindow, scripts: bool) -> None:
    window = open_window(1280, java_script_enabled=scripts)
    page = window.open("/join")
    key = page.locator("[name=captcha_key]").input_value()
    page.locator("[name=username]").fill("unfinished")
    window.expect_problems("422")
    page.locator("[name=renew]").click()
    expect(page.locator("[name=captcha_key]")).not_to_have_value(key)
    assert page.locator("[name=username]").input_value() == "unfinished"
    assert page.locator(".captcha img").evaluate("image => image.complete ? image.naturalWidth : 240") == 240
    source = page.locator(".captcha audio").get_attribute("src") or ""
    sound = page.request.get(window.server.url + source)
    assert sound.headers["content-type"] == "audio/wav"
    assert sound.body().startswith(b"RIFF")


def test_unsent_comment_is_restored_at_the_next_visit(open_window: OpenWindow, somebody: str) -> None:
    window = open_window(390)
    window.open("/join")
    fill_join(window, window.page.locator("[data-dialog-part]"), somebody)
    page = window.page
    expect(page.get_by_role("button", name="로그아웃")).to_be_visible()
    page.locator("main a[href^='/posts/']").first.click()
    article = page.url
    page.locator("#comment-form textarea").fill("쓰다 만 댓글")
    page.goto(window.server.url + "/")
    page.goto(article)
    expect(page.locator("#comment-form textarea")).to_have_value("쓰다 만 댓글")


def test_double_click_posts_once(open_window: OpenWindow, somebody: str) -> None:
    window = open_window(1280)
    page = window.open("/")
    fill_join(window, open_dialog(window, "회원가입"), somebody)
    expect(page.get_by_role("button", name="로그아웃")).to_be_visible()
    page.locator("main a[href^='/posts/']").first.click()
    page.locator("#comment-form textarea").fill(f"한 번만 {somebody}")
    page.locator("#comment-form").get_by_role("button", name="댓글 등록").dblclick()
    expect(page.locator(".comment", has_text=f"한 번만 {somebody}")).to_have_count(1)
    page.reload()
    expect(page.locator(".comment", has_text=f"한 번만 {somebody}")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False])
def test_second_comment_after_back_is_kept(open_window: OpenWindow, somebody: str, scripts: bool) -> None:
    window = open_window(390, java_script_enabled=scripts)
    page = window.open("/")
    fill_join(window, open_dialog(window, "회원가입"), somebody)
    expect(page.get_by_role("button", name="로그아웃")).to_be_visible()
    page.locator("main a[href^='/posts/']").first.click()
    form = page.locator("#comment-form")
    for text in (f"첫 글 {somebody}", f"둘째 글 {somebody}"):
        form.locator("textarea").fill(text)
        form.get_by_role("button", name="댓글 등록").click()
        expect(page.locator(".comment", has_text=text)).to_be_visible()
        page.go_back()
    page.reload()
    for text in (f"첫 글 {somebody}", f"둘째 글 {somebody}"):
        expect(page.locator(".comment", has_text=text)).to_have_count(1)


def test_back_gives_a_form_a_fresh_key(open_window: OpenWindow) -> None:
    window = open_window(390)
    page = window.open("/tips/new")
    key = page.locator("[name=idempotency_key]").input_value()
    page.goto(window.server.url + "/")
    page.go_back()
    expect(page.locator("[name=idempotency_key]")).not_to_have_value(key)
    fresh = page.locator("[name=idempotency_key]").input_value()
    assert 8 <= len(fresh) <= 64
    assert page.evaluate("document.forms.length") >= 1


@pytest.mark.parametrize("scripts", [True, False])
def test_second_letter_after_back_is_kept(open_window: OpenWindow, somebody: str, scripts: bool) -> None:
    window = open_window(390, java_script_enabled=scripts)
    window.expect_problems("422")
    page = window.open("/tips/new")
    for title in ("첫째 제보", "둘째 제보"):
        for name, text in {"name": somebody, "contact": "000", "title": title, "body": title}.items():
            page.locator(f"[name={name}]").fill(text)
        page.locator("[name=agree]").check()
        for _try in range(2):  # the digits of the page that Back returns to are used up
            key = page.locator("[name=captcha_key]").input_value()
            page.locator("[name=captcha]").fill(window.server.captcha_answer(key))
            page.get_by_role("button", name="보내기").click()
            page.wait_for_load_state()
            if page.url.endswith("/tips/sent"):
                break
        assert page.url.endswith("/tips/sent")
        page.go_back()
