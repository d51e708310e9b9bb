"""The front page of the sample in a browser: words first, nothing twice, no headline cut to one line."""

from collections import Counter
from collections.abc import Callable

import pytest
from window import Window

OpenWindow = Callable[..., Window]
# Headlines that show less than a line and a half of what they hold.
CUT = """() => [...document.querySelectorAll("main :is(h2, h3), .headlines li, .ranked li")]
  .filter((element) => {
    const style = getComputedStyle(element)
    const isCut = element.scrollHeight > element.clientHeight + 2 && style.overflow !== "visible"
    const isOneLine = element.clientHeight < 1.5 * parseFloat(style.lineHeight)
    return style.whiteSpace.startsWith("nowrap") || (element.clientHeight && isCut && isOneLine)
  })
  .map((element) => element.textContent)"""


def bottom(page: object, selector: str) -> float:
    locator = page.locator(selector)  # type: ignore[attr-defined]
    return locator.first.evaluate("element => element.getBoundingClientRect().bottom")


def test_the_first_headline_stands_on_the_first_screen(open_window: OpenWindow) -> None:
    page = open_window(390).open("/")
    assert bottom(page, ".lead h2") <= 500


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "path", ["/", "/sections/local", "/sections/news", "/sections/artists", "/tags/느티천"]
)
def test_no_headline_is_cut_to_one_line(open_window: OpenWindow, path: str, width: int) -> None:
    assert open_window(width).open(path).evaluate(CUT) == []


def test_no_picture_stands_on_the_front_twice(open_window: OpenWindow) -> None:
    page = open_window(390).open("/")
    sources = page.locator("main img").evaluate_all("all => all.map((image) => image.getAttribute('src'))")
    counted = Counter(source.rsplit("-", 1)[0] for source in sources)
    assert len(counted) >= 20
    assert {source: count for source, count in counted.items() if count > 1} == {}


def test_the_right_column_reaches_as_far_as_the_left_one(open_window: OpenWindow) -> None:
    page = open_window(1280).open("/")
    assert abs(bottom(page, ".front__latest") - bottom(page, ".front__side > :last-child")) <= 2


def test_the_editor_orders_the_front_page_without_scripts(open_window: OpenWindow) -> None:
    window = open_window(390, java_script_enabled=False)
    page = window.open("/login?next=/desk/front")
    form = page.locator("[data-dialog-part]")
    form.locator("[name=username]").fill("editor")
    form.locator("[name=password]").fill(window.server.password)
    form.get_by_role("button", name="로그인").click()
    second = page.locator(".slots").first.locator("li a").nth(1).inner_text()
    page.locator(".slots").first.locator("li").nth(1).get_by_role("button", name="위로").click()
    assert page.locator(".slots").first.locator("li a").first.inner_text() == second
    page.goto(window.server.url + "/")
    assert page.locator(".lead h2 a").inner_text() == second
    page.goto(window.server.url + "/desk/front")
    page.locator(".slots").first.locator("li").first.get_by_role("button", name="아래로").click()
    window.assert_fits()
