"""The counter in several windows at once: guests and members apart, nobody counted twice."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from dialogs import expect_member, fill_join, open_dialog
from playwright.sync_api import expect
from window import Window

OpenWindow = Callable[..., Window]


def first_beat(window: Window, path: str) -> dict[str, int]:
    """Open a page and return the numbers of its first beat, once the page shows them."""
    window.page.goto("about:blank")  # the page before sends no more beats
    with window.page.expect_response("**/visitors/beat") as response:
        window.open(path)
    numbers = response.value.json()
    for name in ("guests", "members", "today", "total"):
        expect(window.page.locator(f".counter [data-count={name}]")).to_have_text(f"{numbers[name]:,}")
    return numbers


@pytest.mark.parametrize("width", [390, 1280])
def test_two_windows_are_two_visitors_and_a_login_adds_none(
    open_window: OpenWindow, somebody: str, width: int
) -> None:
    first, second = open_window(width), open_window(width)
    alone = first_beat(first, "/")
    together = first_beat(second, "/")
    assert together["guests"] == alone["guests"] + 1
    assert together["today"] == alone["today"] + 1
    again = first_beat(second, "/visitors")
    assert (again["guests"], again["today"]) == (together["guests"], together["today"])

    fill_join(second, open_dialog(second, "회원가입"), somebody)
    expect_member(second.page)
    joined = first_beat(second, "/")
    assert (joined["members"], joined["guests"]) == (together["members"] + 1, together["guests"] - 1)
    assert joined["today"] == together["today"]
    seen = first_beat(first, "/visitors")
    assert seen["members"] == joined["members"]
    assert f"이웃{somebody[-6:]}" not in first.page.locator("main").inner_text()


def test_a_member_is_named_only_after_agreeing(open_window: OpenWindow, somebody: str) -> None:
    member, guest = open_window(1280), open_window(390)
    member.open("/")
    fill_join(member, open_dialog(member, "회원가입"), somebody)
    expect(member.page.get_by_role("button", name="로그아웃")).to_be_visible()
    member.open("/me/visibility")
    member.page.locator("[name=shown_online]").check()
    member.page.locator("form", has=member.page.locator("[name=shown_online]")).get_by_role("button").click()
    first_beat(member, "/")
    first_beat(guest, "/visitors")
    expect(guest.page.locator("main")).to_contain_text(f"이웃{somebody[-6:]}")


def test_views_of_an_article_once_per_person(open_window: OpenWindow) -> None:
    front = open_window(390)
    path = front.open("/").locator("main a[href^='/posts/']").last.get_attribute("href")
    assert path
    first, second = open_window(390), open_window(1280)
    one = first_beat(first, path)
    assert first_beat(first, path)["views"] == one["views"]
    assert first_beat(second, path)["views"] == one["views"] + 1
    expect(second.page.locator("[data-views]").first).to_have_text(f"{one['views'] + 1:,}")


def test_exact_numbers_shift_nothing_on_the_page(open_window: OpenWindow) -> None:
    window = open_window(390)
    page = window.page
    held: list[object] = []
    page.route("**/visitors/beat", lambda route: held.append(route))
    window.open("/")
    before = page.locator(".counter").bounding_box()
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()  # type: ignore[attr-defined]
    expect(page.locator(".counter [data-count=total]")).to_have_text(re.compile(r"\d"))
    after = page.locator(".counter").bounding_box()
    assert before
    assert after
    assert after["height"] == before["height"]
    assert page.locator(".counter [aria-live]").count() == 0


def test_a_hidden_tab_sends_no_beat(open_window: OpenWindow) -> None:
    window = open_window(390)
    beats: list[str] = []
    window.page.on("request", lambda request: beats.append(request.url) if "beat" in request.url else None)
    window.page.add_init_script("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
    window.open("/")
    window.page.wait_for_load_state("networkidle")
    assert beats == []


def test_a_number_of_another_day_is_replaced(open_window: OpenWindow) -> None:
    window = open_window(390)
    sent: list[dict[str, str]] = []
    window.page.on(
        "request",
        lambda request: (
            sent.append(dict(parse_qsl(request.post_data or ""))) if "beat" in request.url else None
        ),
    )
    window.page.add_init_script(
        "localStorage.setItem('maeul-visitor', JSON.stringify({ number: 'of-yesterday', day: '2020-01-01' }))"
    )
    with window.page.expect_response(
        lambda response: (
            "beat" in response.url and "previous=of-yesterday" in (response.request.post_data or "")
        )
    ):
        window.open("/")
    first, second = sent
    assert (first["visitor"], first["day"]) == ("of-yesterday", "2020-01-01")
    assert second["visitor"] not in ("of-yesterday", "")
    assert "day" not in second


def test_an_uncounted_beat_is_repeated(open_window: OpenWindow) -> None:
    window = open_window(390)
    page = window.page
    page.clock.install()
    page.route(
        "**/visitors/beat",
        lambda route: route.fulfill(json={"guests": 98_765, "day": "2026-11-23", "again": 5}),
        times=1,
    )
    with page.expect_response("**/visitors/beat"):
        window.open("/")
    page.wait_for_function("document.querySelector('[data-count=guests]').textContent === '98,765'")
    with page.expect_response("**/visitors/beat") as response:
        page.clock.fast_forward(5_000)
    assert "again" not in response.value.json()
