"""An empty paper becomes somebody's own on a phone, and nothing of the sample is in it anywhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from paper_server import Server, start, stop
from playwright.sync_api import Browser, Page, expect
from test_reading_in_a_browser import violations
from window import Window

from app import create_app
from domain.sample import prose, structure
from lib.sqlite.driver import sqlite3
from models import Page as CompanyPage

PASSWORD = "강가의 미루나무 두 그루"
ANSWERS = {
    "name": "가람신문",
    "tagline": "강가의 소식",
    "username": "narae",
    "nickname": "나래",
    "editor_email": "narae@paper.example",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
    "company_name": "가람신문사",
    "registrations-0-number": "가나아00001",
    "registrations-0-registered_on": "2026-01-02",
    "publisher": "변학도",
    "editors": "월매",
    "youth_officer": "방자",
    "address": "가람시 나루길 1",
    "telephone": "000-111-2222",
    "published_on": "2026-01-05",
}
OTHERS = ("느티", "예시시", "도리안", "버들마을", "아랫말", "윗말")  # words that all of its texts share


def sample_words() -> set[str]:
    """What the sample says and nobody else would."""
    imprint = [value for value in structure.IMPRINT.values() if isinstance(value, str)]
    names = [member[name] for member in structure.STRUCTURE["members"] for name in ("username", "nickname")]
    titles = [article["title"] for article in prose.articles()]
    photos = [photo for article in prose.articles() for photo in article.get("photos", [])]
    return {*imprint, *names, *titles, *(photo["caption"] for photo in photos if "caption" in photo), *OTHERS}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on an empty folder, without the sample."""
    running = start(tmp_path_factory.mktemp("empty") / "data", MAEUL_SAMPLE="no")
    yield running
    stop(running)


@pytest.fixture
def phone(chromium: Browser, empty: Server) -> Iterator[Window]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="ko-KR")
    window = Window(context.new_page(), empty)
    yield window
    context.close()
    assert not window.unexpected()


def test_an_empty_paper_becomes_somebodys_own(phone: Window, empty: Server, tmp_path: Path) -> None:
    assert "비밀번호" not in empty.output
    page = phone.open("/posts/1")
    expect(page.locator("h1")).to_have_text("곧 엽니다")
    begin(phone, re.findall(r"/desk/start\?token=\S+", empty.output)[0])
    expect(page.locator("main")).to_contain_text("신문법이 정한 사항이 모두 적혀 있습니다")
    change_terms(phone)
    publish(phone)
    phone.open("/")
    phone.assert_fits()
    for words in ("가람신문", "첫 소식을 전합니다", "변학도"):
        expect(page.locator("body")).to_contain_text(words)
    sections = page.locator(".footer .sitemap li a")
    assert sections.count() == 6
    assert violations(phone) == []
    found = [*said_on_pages(page, empty, tmp_path), *said_in_rows(empty.data), *said_in_files(empty.data)]
    assert found == []
    assert [path for path in empty.data.rglob("*") if path.stat().st_mode & 0o077] == []


def begin(phone: Window, address: str) -> None:
    """Fill in the form of the first start."""
    page = phone.open(address)
    phone.assert_fits()
    assert violations(phone) == []
    for name, value in ANSWERS.items():
        page.locator(f"[name='{name}']").fill(value)
    page.get_by_label("마을신문").check()
    page.get_by_role("button", name="신문 시작하기").click()
    page.wait_for_url("**/desk/paper")
    phone.assert_fits()
    assert violations(phone) == []


def change_terms(phone: Window) -> None:
    """Add a sentence to the terms; a paper without members has them at once."""
    page = phone.open("/desk/pages/terms")
    text = page.frame_locator("iframe.tox-edit-area__iframe").locator("body#tinymce, body.mce-content-body")
    expect(text).to_contain_text("[[")
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" 강가에서 만나면 인사합니다.")
    phone.assert_fits()
    page.get_by_role("button", name="저장", exact=True).last.click()
    page.wait_for_url("**/desk/pages")
    page = phone.open("/pages/terms")
    for words in ("가람신문", "강가에서 만나면 인사합니다."):
        expect(page.locator("main")).to_contain_text(words)


def publish(phone: Window) -> None:
    """Publish the first article."""
    page = phone.open("/desk/posts/new")
    text = page.frame_locator("iframe.tox-edit-area__iframe").locator("body#tinymce, body.mce-content-body")
    expect(text).to_be_visible()
    page.locator("[name=title]").fill("첫 소식을 전합니다")
    page.locator("[name=section_id]").select_option(label="우리 동네")
    text.click()
    page.keyboard.type("강가에 새 다리가 놓였다.")
    page.locator("[name=origin]").select_option(value="own")
    page.get_by_role("button", name="공개", exact=True).click()
    page.wait_for_url(re.compile(r"/posts/\d+"))


def addresses(folder: Path) -> list[str]:
    """An address for every rule of the map that can be read, and those of the sections and pages."""
    values = {"slug": "local", "name": "local", "kind": "posts"}

    def value(part: re.Match[str]) -> str:
        return values.get(part[1].rpartition(":")[2], "1")

    rules = create_app(data=folder / "map").url_map.iter_rules()
    found = {re.sub(r"<([^>]+)>", value, rule.rule) for rule in rules if "GET" in (rule.methods or ())}
    found |= {f"/pages/{slug}" for slug in CompanyPage.SLUGS}
    return sorted(found - {"/logout"})


def said_on_pages(page: Page, server: Server, folder: Path) -> list[str]:
    """Addresses whose answer, to a guest or to the editor, holds a word of the sample."""
    guest = page.context.browser.new_context() if page.context.browser else page.context
    words, wrong = sample_words(), []
    for path in addresses(folder):
        for who in (guest, page.context):
            answer = who.request.get(server.url + path, max_redirects=0)
            if answer.status >= 500:
                wrong.append(f"{path}: {answer.status}")
            text = answer.body().decode("utf-8", "replace")
            wrong += [f"{path}: {word}" for word in words if word in text]
    guest.close()
    return wrong


def said_in_rows(data: Path) -> list[str]:
    """Columns of both databases that hold a word of the sample."""
    words, wrong = sample_words(), []
    for file in (data / "maeul.db", data / "visitors.db"):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                for row in connection.execute(f'SELECT * FROM "{table}"'):
                    cells = [str(cell) for cell in row]
                    wrong += [f"{table}: {word}" for word in words if any(word in cell for cell in cells)]
    return wrong


def said_in_files(data: Path) -> list[str]:
    """Files of the data folder that hold a word of the sample; pictures of it would be in media."""
    words, wrong = {word.encode() for word in sample_words()}, []
    for path in data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            wrong += [f"{path.name}: {word.decode()}" for word in words if word in content]
    return wrong + [str(path) for path in (data / "media").rglob("*") if path.is_file()]
