"""The photos of an article in a browser: many at once, order, words, cover and focus, the library."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from dialogs import log_in
from PIL import Image
from playwright.sync_api import Page, Route, expect
from test_reading_in_a_browser import violations
from window import Window

OpenWindow = Callable[..., Window]
PASTE = """(body, text) => {
  const data = new DataTransfer()
  data.setData("text/plain", text)
  body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
}"""
TEXT = "느티천 산책길이 다시 열렸다.\n\n다리를 놓는 데 한 해가 걸렸다.\n\n시민들은 첫날부터 걸었다."


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Five photos, the first one wider than the server keeps them."""
    found = []
    for number, width in enumerate((2400, 900, 900, 900, 900), 1):
        path = tmp_path / f"{number}.jpg"
        gradient = Image.linear_gradient("L").resize((width, 600 + number))
        gradient.convert("RGB").save(path, "JPEG", quality=90)
        found.append(path)
    return found


def as_editor(window: Window, path: str) -> Page:
    window.open("/")
    log_in(window, "editor", window.server.password)
    return window.open(path)


def values(page: Page, name: str) -> list[str]:
    return page.locator(f"[name^={name}-]").evaluate_all("fields => fields.map(field => field.value)")


def test_a_ready_text_with_five_photos_takes_ten_interactions(
    open_window: OpenWindow, somebody: str, files: list[Path]
) -> None:
    window = open_window(390)
    page = as_editor(window, "/desk/")
    page.get_by_role("link", name="기사 쓰기").click()
    text = page.frame_locator("iframe.tox-edit-area__iframe").locator("body.mce-content-body")
    text.evaluate(PASTE, TEXT)
    captions = page.locator("[name^=caption-]")
    acts = [
        lambda: page.locator("[name=title]").fill(f"다시 열린 산책길 {somebody}"),
        lambda: page.locator("[name=section_id]").select_option(label="지역뉴스"),
        lambda: page.locator("[name=origin]").select_option(value="own"),
        lambda: page.locator("[name=photos]").set_input_files(files),
        *(lambda number=number: captions.nth(number).fill(f"사진 설명 {number}") for number in range(5)),
        lambda: page.get_by_role("button", name="공개", exact=True).click(),
    ]
    for act in acts:
        act()
    assert len(acts) <= 10
    page.wait_for_url(re.compile(r"/posts/\d+"))
    id = re.search(r"/posts/(\d+)", page.url)
    assert id
    read = open_window(390).open(f"/posts/{id[1]}")
    expect(read.locator(".article__text figcaption")).to_have_count(5)
    expect(read.locator(".article__text figcaption").first).to_contain_text("사진 설명 0")
    expect(read.locator(".article__text img").first).to_have_attribute("width", "1600")


def test_photos_chosen_before_the_script_is_loaded_are_sent(
    open_window: OpenWindow, files: list[Path]
) -> None:
    window = open_window(390)
    page = as_editor(window, "/desk/")
    held: list[Route] = []
    page.route(re.compile(r"/desk/photos\b[^/]*\.js"), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/desk/photos\b[^/]*\.js")):
        window.open("/desk/posts/new")
    page.locator("[name=photos]").set_input_files(files[:2])
    held[0].continue_()
    expect(page.locator("[name^=caption-]")).to_have_count(2, timeout=15_000)


def test_cards_are_put_in_order_and_into_the_text(
    open_window: OpenWindow, somebody: str, files: list[Path], tmp_path: Path
) -> None:
    lie = tmp_path / "거짓.jpg"
    lie.write_text("사진이 아니다")
    window = open_window(390)
    window.expect_problems("422")
    page = as_editor(window, "/desk/posts/new")
    expect(page.locator("[data-switch]")).to_be_enabled()
    page.locator("[name=title]").fill(f"사진의 차례 {somebody}")
    page.locator("[name=section_id]").select_option(label="지역뉴스")
    page.locator("[name=photos]").set_input_files([files[0], lie, files[1], files[2]])
    expect(page.get_by_text("읽을 수 없는 사진입니다")).to_be_visible()
    expect(page.locator("[name^=caption-]")).to_have_count(3)
    page.locator(".photo-card", has_text="거짓.jpg").get_by_role("button", name="빼기").click()
    for number in range(3):
        page.locator("[name^=caption-]").nth(number).fill(f"{number}")
    page.get_by_role("button", name="아래로").first.click()
    assert values(page, "caption") == ["1", "0", "2"]
    handles = page.get_by_role("button", name="끌거나 화살표 키로 옮기기")
    handles.nth(2).press("ArrowUp")
    assert values(page, "caption") == ["1", "2", "0"]
    handles.first.scroll_into_view_if_needed()
    start, end = handles.first.bounding_box(), page.locator(".photo-card").nth(1).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, end["y"] + end["height"] - 10, steps=5)
    page.mouse.up()
    assert values(page, "caption") == ["2", "1", "0"]
    page.locator("[name=cover]").nth(1).check()
    page.locator("[data-focus]").nth(1).click(position={"x": 0, "y": 0})
    page.get_by_role("button", name="본문에 넣기").nth(2).click()
    expect(page.locator("[name=body]")).to_have_value(re.compile("<figcaption>0( / [^<]+)?</figcaption>"))
    window.assert_fits()
    assert violations(window) == []
    page.get_by_role("button", name="초안 저장").click()
    page.wait_for_url(re.compile(r"/posts/\d+/edit"))
    assert values(page, "caption") == ["2", "1"]
    expect(page.locator("[name=cover]").nth(1)).to_be_checked()
    assert [values(page, name)[1] for name in ("focus_x", "focus_y")] == ["0", "0"]
    page.reload()
    page.get_by_role("link", name="사진 보관함에서 고르기").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill("김장")
    dialog.get_by_role("searchbox").press("Enter")
    expect(dialog.get_by_role("listitem").filter(has_not_text="김장")).to_have_count(0)
    expect(dialog.get_by_role("listitem")).not_to_have_count(0)
    expect(dialog).to_contain_text("김장")
    dialog.get_by_role("button", name="이 기사에 쓰기").first.click()
    expect(dialog.get_by_role("button", name="넣었습니다")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[name^=caption-]").nth(2)).to_have_value(re.compile("김장"))
