"""In a browser: the desk's statistics, /visitors, how we count, and first beats without layout shifts."""

import re
from collections.abc import Callable

import pytest
from dialogs import log_in
from paper_server import Server
from playwright.sync_api import Page, expect
from test_counter_in_a_browser import first_beat
from test_reading_in_a_browser import address, assert_accessible
from window import Window

OpenWindow = Callable[..., Window]
SHIFTS = """
  window.shifted = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value
  }).observe({ type: "layout-shift", buffered: true })
"""


@pytest.fixture
def desk(open_window: OpenWindow) -> Window:
    window = open_window(1280)
    window.open("/")
    log_in(window, "editor", window.server.password)
    return window


@pytest.mark.parametrize("unit", ["hour", "day", "year"])
def test_statistics_fit_every_screen_in_light_and_dark(
    desk: Window, open_window: OpenWindow, unit: str
) -> None:
    first_beat(open_window(390), "/")
    for scheme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=scheme)
        assert_accessible(desk, f"/desk/statistics?unit={unit}")
    for details in desk.page.locator("details.chart__table summary").all():
        details.click()
    for width in (360, 390, 1280):
        desk.page.set_viewport_size({"width": width, "height": 900})
        desk.assert_fits()


def test_a_chart_has_a_table_of_its_numbers(desk: Window, open_window: OpenWindow) -> None:
    today = first_beat(open_window(390), "/")["today"]
    page = desk.open("/desk/statistics?unit=year")
    chart = page.locator("#chart-visitors")
    expect(chart.get_by_role("img")).to_have_accessible_name(re.compile(r"\d"))
    chart.locator("summary").click()
    expect(chart.locator("tbody tr").last).to_contain_text(f"{today:,}")


def test_the_list_of_online_visitors_refreshes_itself(open_window: OpenWindow, server: Server) -> None:
    watcher, reader = open_window(1280), open_window(390)
    watcher.page.clock.install()
    page = watcher.open("/visitors")
    path = address(server, "article")
    first_beat(reader, path)
    page.clock.fast_forward(21_000)
    expect(page.locator(f".here-list a[href='{path}']").first).to_be_visible()
    assert page.locator("[aria-live]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_how_we_count(open_window: OpenWindow, scheme: str) -> None:
    window = open_window(360, color_scheme=scheme)
    page = window.open("/visitors")
    page.locator(".here-note a[href='/pages/how-we-count']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("방문자를 세는 방법")
    window.assert_fits()
    assert_accessible(window, "/pages/how-we-count")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page", ["/", "article", "/visitors"])
def test_first_beats_shift_nothing(open_window: OpenWindow, server: Server, page: str, width: int) -> None:
    window = open_window(width)
    window.page.add_init_script(SHIFTS)
    first_beat(window, address(server, page))
    assert shifted(window.page) < 0.01


def shifted(page: Page) -> float:
    """The layout shift of the page, once it has been painted."""
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate("window.shifted")
