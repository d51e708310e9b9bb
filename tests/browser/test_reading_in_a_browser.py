"""Readers on a phone and a desktop: pages fit, log no errors, and axe finds nothing serious."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from http_person import Person
from paper_server import Server
from window import Window

OpenWindow = Callable[..., Window]
PAGES = [
    "/",
    "article",
    "section",
    "group",
    "webzine",
    "gallery",
    "shop",
    "/pages/terms",
    "/visitors",
    "/join",
    "/login",
    "/tips/new",
    "/nowhere",
]


def address(server: Server, page: str) -> str:
    """The path of a page of the sample paper, by its kind."""
    if page.startswith("/"):
        return page
    guest = Person(server.url)
    front = guest.get("/").text
    sections = re.findall(r'href="(/sections/[\w-]+)"', front)
    if page == "group":
        return sections[0]
    if page == "article":
        return re.findall(r'href="(/posts/\d+)"', front)[0]
    mark = {
        "section": 'class="rows-of-news"',
        "webzine": "rows-of-news--webzine",
        "gallery": "tiles--gallery",
        "shop": "tel:",
    }[page]
    for section in dict.fromkeys(sections):
        text = guest.get(section).text
        if page == "shop":
            for post in re.findall(r'href="(/posts/\d+)"', text)[:1]:
                if mark in guest.get(post).text:
                    return post
        elif mark in text:
            return section
    raise AssertionError(f"the sample has no {page}")


@pytest.mark.parametrize("page", PAGES)
def test_fits_a_narrow_phone_and_a_desktop(open_window: OpenWindow, server: Server, page: str) -> None:
    path = address(server, page)
    for width in (360, 390, 1280):
        window = open_window(width)
        if page == "/nowhere":
            window.expect_problems("404")
        window.open(path)
        window.assert_fits()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "page", ["/", "article", "section", "gallery", "/join", "/login", "/visitors", "/tips/new"]
)
def test_axe_finds_nothing_serious(open_window: OpenWindow, server: Server, page: str, scheme: str) -> None:
    window = open_window(390, color_scheme=scheme)
    assert_accessible(window, address(server, page))


def assert_accessible(window: Window, path: str) -> None:
    window.open(path)
    assert violations(window) == []


def violations(window: Window) -> list[Any]:
    """What axe finds on the page that is open: rules, and the elements that break them."""
    found = Axe().run(window.page).response["violations"]
    return [(rule["id"], rule["impact"], [node["html"][:300] for node in rule["nodes"]]) for rule in found]


def test_an_article_makes_few_requests(open_window: OpenWindow, server: Server) -> None:
    window = open_window(390)
    requests: list[str] = []
    window.page.on(
        "request", lambda request: requests.append(request.url) if request.resource_type != "image" else None
    )
    window.open(address(server, "article"))
    window.page.wait_for_load_state("networkidle")
    assert len(requests) <= 8, requests


def test_a_video_makes_no_request_to_others_before_the_click(open_window: OpenWindow, server: Server) -> None:
    guest = Person(server.url)
    videos = re.findall(r'href="(/posts/\d+)"', guest.get("/sections/video").text)
    window = open_window(390)
    window.expect_problems("youtube-nocookie")
    page = window.open(videos[0])
    assert page.locator("iframe").count() == 0
    page.route(
        "https://www.youtube-nocookie.com/**",
        lambda route: route.fulfill(body="video", content_type="text/html"),
    )
    page.locator("[data-youtube]").first.click()
    page.locator("iframe[src^='https://www.youtube-nocookie.com/']").wait_for()


def test_keyboard_reaches_the_text_first(open_window: OpenWindow) -> None:
    page = open_window(1280).open("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_reading_without_scripts_and_the_pixel_counts(open_window: OpenWindow, server: Server) -> None:
    window = open_window(390, java_script_enabled=False)
    page = window.open("/")
    page.locator("main a[href^='/posts/']").first.click()
    page.locator("h1").wait_for()
    assert page.locator(".counter").inner_text().startswith("20")
    page.goto(server.url + "/visitors")
    assert "손님" in page.locator("main").inner_text()
