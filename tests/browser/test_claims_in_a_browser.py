"""A claim in a browser: sent with a file, accepted with the ready answer, and closed by the correction."""

from collections.abc import Callable

from dialogs import log_in
from paper_server import Server
from playwright.sync_api import Page, expect
from test_reading_in_a_browser import address, violations
from window import Window

OpenWindow = Callable[..., Window]


def send_claim(page: Page) -> None:
    page.get_by_label("반론보도").check()
    page.get_by_label("이름", exact=True).fill("조한결")
    page.get_by_label("대리인").check()
    page.get_by_label("전화번호 또는 이메일").fill("000-0000-0000")
    page.get_by_label("무엇이 왜 틀렸나요?").fill("제 말이 빠졌습니다.")
    page.get_by_label("싣기를 바라는 글").fill("조한결 씨는 반대한 적이 없다고 알려 왔습니다.")
    file = {"name": "증거.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.get_by_label("첨부 파일").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_label("동의합니다").check()
    page.get_by_role("button", name="보내기").last.click()


def test_a_claim_from_the_form_to_the_correction(open_window: OpenWindow, server: Server) -> None:
    article = address(server, "article")
    window = open_window(390, color_scheme="dark")
    window.open("/")
    log_in(window, "editor", server.password)  # who needs no captcha
    page = window.open(article)

    def look() -> None:
        window.assert_fits()
        assert violations(window) == []

    page.get_by_role("link", name="정정·반론보도 청구").click()
    expect(page.get_by_label("어느 기사인가요?")).to_have_value(f"{server.url}{article}")
    look()
    send_claim(page)
    expect(page.get_by_role("heading", name="청구를 접수했습니다")).to_be_visible()
    look()
    page = window.open("/desk/claims")
    expect(page.get_by_text("3일 0시간 남음").or_(page.get_by_text("2일 23시간 남음"))).to_be_visible()
    look()
    page.locator(".letters a").first.click()
    expect(page.get_by_role("link", name="증거.pdf")).to_be_visible()
    look()
    page.get_by_role("link", name="거부", exact=True).click()
    look()
    page.go_back()
    page.get_by_role("link", name="수용", exact=True).click()
    assert "반대한 적이 없다고" in page.get_by_label("보낼 답변").input_value()
    page.get_by_role("button", name="답변 복사").click()
    expect(page.get_by_role("status").filter(has_text="복사했습니다")).to_be_visible()
    look()
    page.get_by_role("button", name="기록하기").click()
    expect(page.get_by_label("알릴 내용")).to_have_value("조한결 씨는 반대한 적이 없다고 알려 왔습니다.")
    look()
    page.get_by_role("button", name="붙이기").click()
    expect(page.locator(".article h1")).to_contain_text("[반론]")
    page = window.open("/corrections")
    expect(page.get_by_text("조한결 씨는 반대한 적이 없다고 알려 왔습니다.")).to_be_visible()
    look()
