"""A phone: the masthead, an article with many photos, its comments, the size of its text."""

import re
import sqlite3
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from dialogs import expect_member, fill_join, log_in, open_dialog
from paper_server import Server
from playwright.sync_api import Page, expect
from test_reading_in_a_browser import assert_accessible
from window import Window

OpenWindow = Callable[..., Window]
SUBTITLE = "시민 312명이 뽑은 나무 열 그루, 내년 봄 둑길에"
TITLE = "느티천 산책길 3킬로미터, 열두 번의 마을 회의 끝에 주민이 고른 나무로 다시 푸르러진다"
BOXES = """selector => [...document.querySelectorAll(selector)].map(e => e.getBoundingClientRect())
  .filter(box => box.width).map(({ left, right, top, bottom }) => ({ left, right, top, bottom }))"""

# Links and buttons outside running text that are lower than 44 px, with what stands over or around them.
LOW = """() => [...document.querySelectorAll("a, button, summary, select")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .filter((e) => !e.closest(".body, .comment__body, .skip-link, .visually-hidden"))
  .filter((e) => Math.max(e.getBoundingClientRect().height, ...["::before", "::after"].map((part) => {
    const style = getComputedStyle(e, part)
    return style.position === "absolute" ? parseFloat(style.height) || 0 : 0
  })) < 43.5)
  .map((e) => e.textContent.trim())"""


@pytest.fixture
def article(server: Server) -> str:
    """The path of an article with five photos, a long headline, tags and a comment."""
    with sqlite3.connect(server.data / "maeul.db") as news:
        (post,) = news.execute(
            "SELECT id FROM posts WHERE comment_count > 0 AND cover_id IS NOT NULL AND video_id = ''"
            " AND telephone = '' AND correction_kind = '' ORDER BY id LIMIT 1"
        ).fetchone()
        news.execute("UPDATE posts SET title = ?, subtitle = ? WHERE id = ?", (TITLE, SUBTITLE, post))
        news.execute("UPDATE photos SET caption = '강가의 아침' WHERE post_id = ?", (post,))
        (photos,) = news.execute("SELECT count(*) FROM photos WHERE post_id = ?", (post,)).fetchone()
        news.execute(
            "INSERT INTO photos"
            " (post_id, digest, width, height, caption, credit, position, in_text, created_at)"
            " SELECT ?, digest, width, height, '강가의 아침', '느티', id, 0, created_at FROM photos LIMIT ?",
            (post, max(0, 5 - photos)),
        )
    return f"/posts/{post}"


def top(page: Page, selector: str) -> float:
    return page.locator(selector).first.evaluate("e => e.getBoundingClientRect().top + scrollY")


def test_an_article_begins_on_the_first_screen(open_window: OpenWindow, article: str) -> None:
    window = open_window(390)
    page = window.open(article)
    assert page.locator(".article__text figure").count() == 5
    assert top(page, ".body > p") <= 750
    assert page.locator(".opening img").evaluate("e => [e.getBoundingClientRect().left, e.width]") == [0, 390]
    assert top(page, ".body figure") > top(page, ".body > p")
    assert top(page, ".sources") < top(page, ".share") < top(page, ".comments__door")
    assert top(page, ".comments__door") < top(page, ".comment") < top(page, ".further")
    page.set_viewport_size({"width": 320, "height": 700})
    window.assert_fits()


@pytest.mark.parametrize("reader", ["guest", "editor"])
def test_the_masthead_is_one_row_and_its_words_never_overlap(
    open_window: OpenWindow, article: str, reader: str
) -> None:
    window = open_window(390)
    page = window.open("/")
    if reader == "editor":
        log_in(window, "editor", window.server.password)
    for path, tallest in (("/", 90), (article, 52)):
        window.open(path)
        for width in (320, 360, 390, 430):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.locator("header.head").evaluate("e => e.offsetHeight") <= tallest
            boxes = page.evaluate(BOXES, ".menu li a, .masthead > a, .bar > p, .bar nav > *")
            assert len(boxes) >= 3
            assert not [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if overlap(a, b)]
            window.assert_fits()


@pytest.mark.parametrize("path", ["/", "/sections/news", "/sections/food", "/tags/느티천", "/visitors"])
def test_a_thumb_hits_every_link(open_window: OpenWindow, path: str) -> None:
    assert open_window(390).open(path).evaluate(LOW) == []


def test_a_thumb_hits_the_most_read(open_window: OpenWindow) -> None:
    window = open_window(390)
    data, day = window.server.data, datetime.now(ZoneInfo("Asia/Seoul")).date()
    with sqlite3.connect(data / "maeul.db") as news, sqlite3.connect(data / "visitors.db") as visitors:
        ids = [
            post
            for (post,) in news.execute(
                "SELECT posts.id FROM posts JOIN sections ON sections.id = section_id"
                " WHERE published_at < datetime('now') AND deleted_at IS NULL"
                " AND kind != 'shop' AND origin != 'advertisement' LIMIT 6"
            )
        ]
        news.execute("UPDATE posts SET title = '짧은 제목' WHERE id = ?", ids[:1])
        visitors.executemany(
            "INSERT OR REPLACE INTO post_days (post_id, day, views) VALUES (?, ?, 99)",
            [(post, day.isoformat()) for post in ids],
        )
    page = window.open("/")
    expect(page.locator(".most-read").get_by_role("link", name="짧은 제목").first).to_be_attached()
    assert page.evaluate(LOW) == []


def test_all_of_a_card_leads_to_its_article(open_window: OpenWindow) -> None:
    page = open_window(390).open("/")
    page.locator(".package__beside .small-line").first.click(force=True)
    expect(page.locator("article.article")).to_be_visible()
    page.go_back()
    dial = page.locator(".shops a[href^='tel:']").first
    dial.scroll_into_view_if_needed()
    assert dial.evaluate(
        "e => { const box = e.getBoundingClientRect();"
        " return document.elementFromPoint(box.x + 5, box.y + 5) === e }"
    )


@pytest.mark.parametrize(
    ("title", "subtitle", "caption"),
    [
        (TITLE * 2, "", ""),
        ("가" * 45, "나" * 20, "다" * 85),
        ("가" * 45, "나" * 105, ""),
        ("가" * 110, "", "다" * 40),
        ("가" * 200, "나" * 200, "다" * 200),
    ],
    ids=lambda words: str(len(words)),
)
def test_many_words_above_leave_room_for_the_text(
    open_window: OpenWindow, article: str, title: str, subtitle: str, caption: str
) -> None:
    window = open_window(390)
    post = article.rpartition("/")[2]
    with sqlite3.connect(window.server.data / "maeul.db") as news:
        news.execute("UPDATE posts SET title = ?, subtitle = ? WHERE id = ?", (title, subtitle, post))
        news.execute("UPDATE photos SET caption = ? WHERE post_id = ?", (caption, post))
    page = window.open(article)
    assert page.locator("h1").inner_text().endswith(title)
    assert page.locator(".article__text figure").count() == 5
    assert top(page, ".body > p") <= 750
    window.assert_fits()


def overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    return (
        min(a["right"], b["right"]) - max(a["left"], b["left"]) > 0.5
        and min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > 0.5
    )


def test_the_menu_opens_a_panel(open_window: OpenWindow, article: str) -> None:
    window = open_window(390)
    page = window.open(article)
    menu = page.get_by_role("link", name="메뉴", exact=True)
    menu.click()
    panel = page.get_by_role("dialog", name="메뉴")
    for name in ("시의회", "기사제보", "로그인"):
        expect(panel.get_by_role("link", name=name, exact=True)).to_be_visible()
    window.assert_fits()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(menu).to_be_focused()
    menu.click()
    panel.get_by_role("link", name="시의회", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("시의회"))


def test_without_scripts_the_menu_leads_to_the_list_of_sections(
    open_window: OpenWindow, article: str
) -> None:
    page = open_window(390, java_script_enabled=False).open(article)
    expect(page.get_by_role("navigation", name="회원")).to_be_visible()
    page.get_by_role("link", name="메뉴", exact=True).click()
    expect(page.get_by_role("navigation", name="전체 분류")).to_be_in_viewport()
    for name in ("카카오톡", "주소 복사", "글자 크기"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()


def test_the_size_of_the_text_is_remembered(open_window: OpenWindow, article: str) -> None:
    page = open_window(390).open(article)
    size = "parseFloat(getComputedStyle(document.querySelector('.body')).fontSize)"
    sizes = [page.evaluate(size)]
    for before, after in (("보통", "크게"), ("크게", "가장 크게"), ("가장 크게", "보통")):
        page.get_by_role("button", name=f"글자 크기: {before}", exact=True).click()
        expect(page.get_by_role("button", name=f"글자 크기: {after}", exact=True)).to_be_visible()
        sizes.append(page.evaluate(size))
        page.reload()
        assert page.evaluate(size) == sizes[-1]
    assert sizes[0] < sizes[1] < sizes[2]
    assert sizes[3] == sizes[0]


def test_a_reply_can_be_cancelled(open_window: OpenWindow, article: str, somebody: str) -> None:
    window = open_window(390)
    page = window.open("/")
    fill_join(window, open_dialog(window, "회원가입"), somebody)
    expect_member(page)
    window.open(article)
    link = page.locator("[data-reply]").first
    link.click()
    reply = page.locator(".comment__reply")
    expect(reply.get_by_role("button", name="답글")).to_be_visible()
    expect(page.locator("#comment-form [data-cancel]")).to_be_hidden()
    reply.get_by_role("button", name="취소").click()
    expect(reply).to_have_count(0)
    expect(link).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_long_article(
    open_window: OpenWindow, article: str, scheme: str
) -> None:
    assert_accessible(open_window(390, color_scheme=scheme), article)


def test_printed_pages_have_no_menus_no_counts_and_no_large_photos(
    open_window: OpenWindow, article: str
) -> None:
    window = open_window(718)  # a sheet of A4 with margins
    for path in (article, "/"):
        page = window.open(path)
        page.emulate_media(media="print", color_scheme="light")
        heights = page.evaluate(
            "() => [...document.querySelectorAll('main :is(img, .photo)')].filter(e => e.checkVisibility())"
            ".map(e => e.getBoundingClientRect().height * 25.4 / 96)"
        )
        assert heights
        assert max(heights) <= 90.1  # mm
        words = page.locator("body").inner_text()
        assert not re.search(r"조회|손님 :|댓글 \d|전체 분류|로그인", words)
        assert page.locator("header.head").evaluate("e => e.getBoundingClientRect().height") <= 60
        page.emulate_media(media="screen")


def test_photos_keep_their_place_while_they_load(open_window: OpenWindow, article: str) -> None:
    window = open_window(390)
    window.expect_problems("Failed to load", "ERR_FAILED")
    window.page.route("**/media/**", lambda route: route.abort())
    page = window.open(article)
    heights = page.locator(".article__text img").evaluate_all("images => images.map(i => i.clientHeight)")
    assert len(heights) == 5
    assert min(heights) >= 150
