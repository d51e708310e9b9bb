"""The editor writes in a browser: text with photos and a video is published and can be edited again."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import documents
import pytest
from dialogs import log_in
from PIL import Image
from playwright.sync_api import Page, expect
from test_reading_in_a_browser import violations
from window import Window

OpenWindow = Callable[..., Window]
FROM_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office">
<head><style>p { margin: 8pt }</style></head><body>
<p class=MsoNormal style='margin-bottom:8.0pt'><b><span style='font-size:20.0pt'>붙여 넣은</span></b><span
style='color:red'>
문단 <span style="font-weight:bold">굵게</span></span><o:p></o:p></p>
<ol start=3><li>셋</li></ol><div style="display:none">숨은 글</div>
<p><img src="file:///C:/Temp/image001.png"><a href="javascript:alert(1)">링크</a></p></body></html>"""
PASTE = """(body, markup) => {
  const data = new DataTransfer()
  data.setData("text/html", markup)
  body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
}"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "느티나무.jpg"
    Image.linear_gradient("L").resize((2400, 1600)).convert("RGB").save(path, "JPEG", quality=90)
    return path


def begin(window: Window) -> Page:
    """Open a new article and wait for the rich-text editor."""
    window.open("/")
    log_in(window, "editor", window.server.password)
    page = window.open("/desk/posts/new")
    expect(
        page.frame_locator("iframe.tox-edit-area__iframe").locator("body#tinymce, body.mce-content-body")
    ).to_be_visible()
    return page


@pytest.mark.parametrize("width", [390, 1280])
def test_write_with_photos_and_a_video(
    open_window: OpenWindow, somebody: str, photo: Path, width: int
) -> None:
    window = open_window(width)
    window.expect_problems("youtube", "Applying inline style")  # of the editor's mark where a link begins
    page = begin(window)
    window.assert_fits()
    title = f"느티나무 아래 책 읽는 날 {somebody}"
    page.locator("[name=title]").fill(title)
    page.locator("[name=section_id]").select_option(label="지역뉴스")
    text = page.frame_locator("iframe.tox-edit-area__iframe").locator("body")
    text.click()
    page.keyboard.type("도서관이 나무 아래로 나왔다.")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="본문에 사진 넣기").click()
    with page.expect_response("**/desk/photos"):
        chooser.value.set_files(photo)
    expect(text.locator("figure img")).to_be_visible()
    expect(page.locator("[name^=caption-]")).to_have_count(1)
    if width == 390:  # a phone has fewer buttons: the address on a line of its own becomes the video
        page.keyboard.type("https://youtu.be/aaaaaaaaaaa\n")
    else:
        page.get_by_role("button", name="본문에 유튜브 영상 넣기").click()
        page.get_by_role("dialog").get_by_role("textbox").fill("https://youtu.be/aaaaaaaaaaa")
        page.get_by_role("dialog").get_by_role("button", name="넣기").click()
        expect(text.locator("figure.video")).to_be_attached()
    page.locator("[name=photos]").set_input_files([photo, photo])
    page.locator("[name^=caption-]").nth(1).fill("느티나무 그늘에 놓인 책상")
    page.locator("[name=origin]").select_option(value="own")
    page.get_by_role("button", name="공개", exact=True).click()
    page.wait_for_url(re.compile(r"/posts/\d+"))  # when the photos are sent

    guest = open_window(width)
    front = guest.open("/")
    front.get_by_role("link", name=title).first.click()
    expect(front.locator("h1")).to_contain_text(title)
    expect(front.locator(".article__text")).to_contain_text("도서관이 나무 아래로 나왔다.")
    expect(front.locator(".article__text")).to_contain_text("느티나무 그늘에 놓인 책상")
    assert front.locator(".article__text img").count() == 3
    assert front.locator(".article__text figure.video").count() == 1
    guest.assert_fits()

    page.goto(front.url.split("?")[0].replace("/posts/", "/desk/posts/") + "/edit")
    assert page.locator("#title").input_value() == title


def test_paste_from_a_word_processor_then_preview_and_caption(
    open_window: OpenWindow, somebody: str, photo: Path
) -> None:
    window = open_window(390)
    page = begin(window)
    page.locator("[name=title]").fill(f"붙여 쓴 기사 {somebody}")
    page.locator("[name=section_id]").select_option(label="지역뉴스")
    text = page.frame_locator("iframe.tox-edit-area__iframe").locator("body")
    text.evaluate(PASTE, FROM_WORD)
    expect(page.locator("[name=body]")).to_have_value(
        "<p><strong>붙여 넣은</strong> 문단 <strong>굵게</strong></p>\n"
        '<ol start="3">\n<li>셋</li>\n</ol>\n<p><a>링크</a></p>'
    )
    expect(page.locator(".tox-notification")).to_contain_text("사진 파일을 골라 넣어 주세요")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="본문에 사진 넣기").click()
    chooser.value.set_files(photo)
    expect(text.locator("figure img")).to_be_visible()
    page.get_by_role("button", name="미리보기").click()
    preview = page.frame_locator("iframe.preview-page__frame")
    expect(preview.locator("h1")).to_contain_text("붙여 쓴 기사")
    expect(preview.locator("figure img")).to_be_visible()
    page.get_by_role("link", name="쓰던 화면으로").click()
    text.locator("figcaption").click()
    page.keyboard.type("나중에 쓴 설명")
    expect(page.locator("[name=body]")).to_have_value(re.compile("<figcaption>.*나중에 쓴 설명</figcaption>"))


def test_bar_of_the_writing_page_on_a_phone(open_window: OpenWindow, somebody: str) -> None:
    window = open_window(390)
    page = begin(window)
    page.set_viewport_size({"width": 390, "height": 844})
    buttons = [page.get_by_role("button", name=name, exact=True) for name in ("초안 저장", "예약", "공개")]
    for end in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        page.evaluate(f"scrollTo({{ top: {end}, behavior: 'instant' }})")
        boxes = [button.bounding_box() for button in buttons]
        assert all(box and box["y"] >= 0 and box["y"] + box["height"] <= 844 for box in boxes)
        assert all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)
    bar, counter = page.locator(".writing-bar").bounding_box(), page.locator(".counter").bounding_box()
    assert bar
    assert counter
    assert counter["y"] + counter["height"] <= bar["y"] + 1  # at the end nothing is left behind the bar
    assert (
        page.locator("[name=section_id]").bounding_box()["y"]
        < page.locator("[name=title]").bounding_box()["y"]
    )  # type: ignore[index]
    page.locator("[name=section_id]").select_option(label="지역뉴스")
    page.locator("[name=title]").fill(f"내일 아침의 기사 {somebody}")
    page.frame_locator("iframe.tox-edit-area__iframe").locator("body").click()
    page.keyboard.type("시장은 길을 연다고 밝혔다.")
    expect(page.get_by_text("보도자료에서 흔히 보는 표현")).to_be_visible()
    expect(page.locator("[name=origin]")).to_have_value("")
    page.get_by_role("button", name="보도자료로 고르기").click()
    expect(page.locator("[name=origin]")).to_have_value("release")
    buttons[1].click()
    moment = page.locator("[name=published_at]")
    expect(moment).to_be_focused()
    expect(moment).to_be_in_viewport()
    expect(page.get_by_text("‘예약’을 다시 눌러 주세요")).to_be_visible()
    moment.fill("2099-12-01T06:00")
    buttons[1].click()
    expect(page.get_by_role("status").filter(has_text="2099년 12월 1일 06:00에 공개됩니다")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/desk/posts/[0-9]+/published$"))


def test_unsent_text_is_restored(open_window: OpenWindow, somebody: str) -> None:
    window = open_window(1280)
    page = begin(window)
    page.locator("[name=title]").fill(f"쓰다 만 기사 {somebody}")
    page.frame_locator("iframe.tox-edit-area__iframe").locator("body").click()
    page.keyboard.type("아직 끝나지 않은 글")
    expect(page.locator("[name=body]")).to_have_value("<p>아직 끝나지 않은 글</p>")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(window.server.url + "/")
    page.goto(window.server.url + "/desk/posts/new")
    expect(page.locator("[name=title]")).to_have_value(f"쓰다 만 기사 {somebody}")
    expect(page.frame_locator("iframe.tox-edit-area__iframe").locator("body")).to_contain_text(
        "아직 끝나지 않은 글"
    )


def test_write_without_scripts(open_window: OpenWindow, somebody: str, photo: Path) -> None:
    window = open_window(390, java_script_enabled=False)
    window.open("/")
    log_in(window, "editor", window.server.password)
    page = window.open("/desk/posts/new")
    page.locator("[name=title]").fill(f"스크립트 없이 쓴 기사 {somebody}")
    page.locator("[name=body]").fill("첫 문단이다.\n\n둘째 문단이다.")
    page.locator("[name=section_id]").select_option(label="지역뉴스")
    page.locator("[name=photos]").set_input_files(photo)
    page.locator("[name=origin]").select_option(value="own")
    page.get_by_role("button", name="공개", exact=True).click()
    guest = open_window(390)
    read = guest.open("/")
    read.get_by_role("link", name=f"스크립트 없이 쓴 기사 {somebody}").first.click()
    expect(read.locator(".article .body p")).to_have_text(["첫 문단이다.", "둘째 문단이다."])
    expect(read.locator(".article__text img")).to_have_count(1)


def desk_pages(page: Page) -> Iterator[str]:
    """Addresses of all pages of the desk that links lead to, one of each kind. The page is there already."""
    waiting, seen = ["/desk/posts", "/desk/posts/new", "/me"], set()
    while waiting:
        path = waiting.pop()
        kind = re.sub(r"\d+", "1", path.split("?")[0])
        if kind not in seen:
            seen.add(kind)
            yield path
            waiting += page.evaluate(
                "[...document.querySelectorAll('a[href^=\"/desk\"]:not([download])')]"
                ".map(e => e.getAttribute('href').split('#')[0])"
                ".filter(href => !/\\/file$|\\.csv/.test(href))"
            )


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_axe_finds_nothing_at_the_desk(open_window: OpenWindow, width: int, scheme: str) -> None:
    window = open_window(width, color_scheme=scheme)
    window.open("/")
    log_in(window, "editor", window.server.password)
    found, paths = {}, []
    for path in desk_pages(window.page):
        paths.append(path)
        page = window.open(path)
        if page.locator(".tox-tinymce, textarea[name=body]").count():
            expect(page.frame_locator("iframe.tox-edit-area__iframe").first.locator("body")).to_be_visible()
        if problems := violations(window):
            found[path] = problems
        window.assert_fits()
    assert len(paths) >= 12, paths
    assert found == {}


def test_articles_are_selected_and_moved_on_a_phone(open_window: OpenWindow) -> None:
    window = open_window(390)
    window.open("/")
    log_in(window, "editor", window.server.password)
    page = window.open("/desk/posts?state=published")
    rows = page.locator(".archive__line")
    page.get_by_role("link", name="모두 고르기").click()  # in place: the page is not loaded again
    expect(page.locator(".archive__count")).to_have_text(f"{rows.count()}건 고름")
    page.get_by_role("link", name="모두 고르기").click()
    expect(page.locator(".archive__count")).to_be_empty()
    title = rows.first.locator(".archive__title").inner_text()
    rows.first.locator(".archive__box").click()
    expect(page.locator(".archive__count")).to_have_text("1건 고름")
    page.locator(".archive__acts summary").click()
    window.assert_fits()
    page.get_by_role("button", name="내리기").click()
    expect(page.get_by_role("status").first).to_have_text("1건을 내렸습니다.")
    assert title not in page.locator(".archive__lines").inner_text()
    page.get_by_role("link", name="내린 기사").click()
    page.get_by_text(title).first.wait_for()
    page.locator(".archive__line", has_text=title).locator(".archive__box").click()
    page.locator(".archive__acts summary").click()
    page.get_by_role("button", name="되살리기").click()
    expect(page.get_by_role("status").first).to_have_text("1건을 되살렸습니다.")


def test_a_document_fills_the_form_over_a_draft_and_its_proposals_are_taken_back(
    open_window: OpenWindow, somebody: str, tmp_path: Path
) -> None:
    file = tmp_path / "보도자료.hwpx"
    file.write_bytes(documents.hwpx())
    page = begin(open_window(390))
    text = page.frame_locator("iframe.tox-edit-area__iframe").locator("body")
    text.click()
    page.keyboard.type(f"먼저 쓴 글 {somebody}")
    page.locator("[name=document]").set_input_files(file)
    expect(page.locator("main")).to_contain_text("사진 2장을 가져왔습니다")
    expect(text).to_contain_text(f"먼저 쓴 글 {somebody}")
    expect(text).to_contain_text("둘째 구역의 글")
    page.locator("[name=title]").fill("")
    page.get_by_role("button", name="고른 것을 제자리로 옮기기").click()
    expect(page.locator("[name^=caption-]").first).to_have_value("새로 연 느티천 산책길")
    expect(text).not_to_contain_text("▲")
    page.get_by_role("button", name="옮기기 전으로 되돌리기").click()
    expect(page.locator("[name^=caption-]").first).to_have_value("")
    expect(text).to_contain_text("▲ 새로 연 느티천 산책길")
