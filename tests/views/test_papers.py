"""지면보기: the desk adds a PDF, a job draws its pages, readers turn them."""

import os
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pdfs
import pytest
from flask import Flask
from sqlalchemy import func, select

from cli import purge_files
from commands import printing as job
from commands.printing import draw_printed_pages
from database import db
from domain.keeping import housekeeping
from domain.keeping.models import ActivityEntry
from domain.paper import printing
from domain.paper.models import PrintIssue, PrintPage
from lib.files import pdf_pages
from lib.files.pdf_pages import Failed, RenderedPage
from lib.files.store import Store
from models import Member, Paper, Post, now

DESK = "/desk/papers"
DAY = date(2026, 11, 30)


@pytest.fixture
def desk(client: Any, paper: Paper, editor: Member) -> Any:
    return client.log_in(editor)


def upload(content: bytes = b"", name: str = "신문.pdf") -> tuple[BytesIO, str]:
    return BytesIO(content or pdfs.pdf()), name


def issue() -> PrintIssue:
    db.session.expire_all()
    return db.session.scalars(select(PrintIssue)).one()


@pytest.fixture
def make_issue(paper: Paper) -> Callable[..., PrintIssue]:
    """Issues whose pages are drawn, without files."""

    def make(day: date = DAY, pages: int = 3, **columns: Any) -> PrintIssue:
        values = {"digest": "d" * 64, "size": 1_500_000, "page_count": pages, "done_at": now()} | columns
        issue = PrintIssue(published_on=day, **values)
        issue.pages = [
            PrintPage(number=number, digest=f"{number}" * 64, width=1600, height=2260)
            for number in range(1, pages + 1)
        ]
        db.session.add(issue)
        db.session.commit()
        return issue

    return make


def test_from_the_pdf_to_the_reader(desk: Any, app: Flask) -> None:
    guest = app.test_client()
    assert "지면보기" not in guest.get("/").text
    assert "/papers" not in guest.get("/sitemaps/pages.xml").text
    content = pdfs.pdf()
    answer = desk.send(DESK, published_on="2026-11-30", title="제12호", file=upload(content))
    assert answer.status_code == 303
    assert "만드는 중" in desk.get(DESK).text
    page = guest.get("/papers").text
    assert "만드는 중" in page  # no cover yet
    assert "지면보기" not in guest.get("/").text
    assert guest.get(f"/papers/{issue().id}/pdf").status_code == 404
    draw_printed_pages()
    found = issue()
    assert (found.page_count, found.done_at is not None, found.attempts) == (2, True, 0)
    front = guest.get("/").text
    assert front.count('href="/papers"') == 2  # the menu and the footer
    assert f"/papers/{found.id}</loc>" in guest.get("/sitemaps/pages.xml").text
    page = guest.get("/papers").text
    assert 'alt="2026년 11월 30일자 1면"' in page
    assert "제12호" in page
    picture = found.pages[0].address(480)
    assert picture in page
    assert guest.get(picture).mimetype == "image/webp"
    page = guest.get(f"/papers/{found.id}?page=2").text
    assert 'alt="2026년 11월 30일자 2면"' in page
    assert f'rel="prev" href="/papers/{found.id}"' in page
    assert 'rel="next"' not in page
    answer = guest.get(f"/papers/{found.id}/pdf")
    assert (answer.status_code, answer.data) == (200, content)
    assert "시험신문-2026-11-30.pdf" in unquote(answer.headers["Content-Disposition"])
    assert guest.get(f"/papers/{found.id}/pdf", headers={"Range": "bytes=0-3"}).data == b"%PDF"
    assert db.session.scalars(select(ActivityEntry.act)).all() == ["issue-added"]


def test_pages_are_turned_by_links(client: Any, make_issue: Callable[..., PrintIssue]) -> None:
    first, second = make_issue(date(2026, 11, 23), pages=1), make_issue()
    page = client.get(f"/papers/{second.id}?page=2").text
    for link in (f"/papers/{second.id}", f"/papers/{second.id}?page=3", f"/papers/{first.id}"):
        assert f'href="{link}"' in page
    assert "2 / 3" in page
    assert f'href="/papers/{second.id}"' in client.get(f"/papers/{first.id}").text  # the issue after
    assert client.get(f"/papers/{second.id}?page=둘").status_code == 200
    for address in (f"/papers/{second.id}?page=4", "/papers/99", "/papers/99/pdf", f"/papers/{2**70}"):
        assert client.get(address).status_code == 404
    assert client.post(f"/papers/{second.id}").status_code in (400, 405)


def test_covers_by_year_and_page_by_page(client: Any, make_issue: Callable[..., PrintIssue]) -> None:
    for number in range(30):
        make_issue(date(2026 - number % 2, 1 + number % 12, 1 + number % 28), pages=1)
    page = client.get("/papers").text
    assert page.count('class="cover"') == 24
    older = page.split('rel="next" href="')[1].split('"')[0]
    assert older.startswith("/papers?before=")
    rest = client.get(older).text
    assert rest.count('class="cover"') == 6
    assert "noindex" in rest
    assert client.get("/papers?year=2025").text.count('class="cover"') == 15
    for address in ("year=2024", "year=x", "before=x", "before=2026-11-30-x", "before=2026-13-01-1"):
        assert client.get(f"/papers?{address}").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pdfs.locked(), "암호가 걸려 있습니다"),
        (pdfs.pdf()[:500], "깨졌거나 PDF가 아닙니다"),
        (b"%PDF-1.7\n" + b"x" * 999, "깨졌거나 PDF가 아닙니다"),
    ],
    ids=["locked", "cut off", "lying"],
)
def test_a_file_that_cannot_be_drawn_gets_a_sentence(desk: Any, content: bytes, said: str) -> None:
    desk.send(DESK, published_on="2026-11-30", file=upload(content))
    draw_printed_pages()
    page = desk.get(DESK).text
    assert said in page
    assert "보이지 않음" in page
    found = issue()
    guest = desk.application.test_client()
    assert 'class="cover"' not in guest.get("/papers").text
    assert guest.get(f"/papers/{found.id}").status_code == 404
    assert guest.get(f"/papers/{found.id}/pdf").status_code == 404
    assert desk.send(f"{DESK}/{found.id}", published_on="2026-12-01", file=upload()).status_code == 303
    draw_printed_pages()
    assert (issue().failed_at, issue().error, issue().page_count) == (None, "", 2)


def test_bad_input_is_explained_and_kept(desk: Any, make_app: Any, editor: Member) -> None:
    for fields, said in (
        ({"published_on": "2026-11-30", "title": "제12호"}, "PDF를 골라"),
        ({"published_on": "2026-11-30", "title": "제12호", "file": upload(b"<html>")}, "PDF 파일이 아닙니다"),
        ({"published_on": "어제", "title": "제12호", "file": upload()}, "날짜"),
        ({"published_on": "0001-01-01", "title": "제12호", "file": upload()}, "발행일"),
        ({"title": "제12호", "file": upload()}, "발행일을 적어"),
    ):
        answer = desk.send(DESK, **fields)
        assert answer.status_code in (409, 422)
        assert said in answer.text
        assert 'value="제12호"' in answer.text
    small = make_app(upload_megabytes=1).test_client().log_in(editor)
    answer = small.send(DESK, published_on="2026-11-30", file=upload(b"%PDF-1.7" + bytes(1_100_000)))
    assert answer.status_code == 413
    assert db.session.scalar(select(func.count()).select_from(PrintIssue)) == 0
    for address, status in (("/7/edit", 404), ("/7/deletion", 405)):
        assert desk.get(DESK + address).status_code == status
    for address in ("/7", f"/{2**70}", "/7/deletion", "/7/attempts"):
        assert desk.send(DESK + address, published_on="2026-11-30").status_code == 404


def test_only_for_the_editor(client: Any, make_issue: Callable[..., PrintIssue], alice: Member) -> None:
    id = make_issue().id
    posts = (DESK, f"{DESK}/{id}", f"{DESK}/{id}/deletion", f"{DESK}/{id}/attempts")
    for address in posts:
        assert client.send(address).status_code == 401
    client.log_in(alice)
    assert [client.send(address).status_code for address in posts] == [403] * 4
    assert [client.get(address).status_code for address in (DESK, f"{DESK}/{id}/edit")] == [403] * 2
    assert issue().id == id


def test_a_deleted_issue_leaves_no_file(desk: Any, app: Flask) -> None:
    desk.send(DESK, published_on="2026-11-30", file=upload())
    draw_printed_pages()
    store, found = Store(app.config["SETTINGS"].media), issue()
    files = [path for path in store.folder.rglob("*") if path.is_file()]
    assert len(files) == 5  # the PDF, two widths of two pages
    old = now().timestamp() - housekeeping.FILES_KEPT.total_seconds() - 60
    for path in files:
        os.utime(path, (old, old))
    assert purge_files() == {"files": 0}
    assert desk.send(f"{DESK}/{found.id}/deletion").status_code == 303
    assert desk.application.test_client().get(f"/papers/{found.id}").status_code == 404
    assert purge_files() == {"files": 5}
    assert "지면보기" not in desk.application.test_client().get("/").text


def drawing(monkeypatch: pytest.MonkeyPatch, results: dict[int, Any]) -> None:
    """Draw pages without a process: `results` by number, else a page of an issue of six."""

    def render(_file: Any, number: int, *_rest: Any) -> RenderedPage:
        result = results.get(number, RenderedPage(6, 10, 14, {10: b"page %d" % number}))
        if isinstance(result, BaseException):
            raise result
        return result

    monkeypatch.setattr(pdf_pages, "render", render)


def test_a_page_that_cannot_be_drawn_is_left_out(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(DESK, published_on="2026-11-30", file=upload())
    drawing(monkeypatch, {3: Failed("page")})
    draw_printed_pages()
    found = issue()
    assert (found.done_at is not None, printing.missing_pages(found)) == (True, [3])
    assert "만들지 못한 면이 있습니다: 3" in desk.get(DESK).text
    guest = desk.application.test_client()
    assert "이 면은 그림이 없습니다" in guest.get(f"/papers/{found.id}?page=3").text
    drawing(monkeypatch, {})
    assert desk.send(f"{DESK}/{found.id}/attempts").status_code == 303
    draw_printed_pages()
    assert printing.missing_pages(issue()) == []


@pytest.mark.parametrize("missing", [(1,), (2, 3, 4, 5)])
def test_an_issue_without_its_cover_or_many_pages_fails(
    desk: Any, monkeypatch: pytest.MonkeyPatch, missing: tuple[int, ...]
) -> None:
    desk.send(DESK, published_on="2026-11-30", file=upload())
    drawing(monkeypatch, {number: Failed("page") for number in missing})
    draw_printed_pages()
    assert "만들지 못한 면이 있습니다" in issue().error
    assert desk.application.test_client().get(f"/papers/{issue().id}").status_code == 404


def test_too_many_pages_are_refused(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(DESK, published_on="2026-11-30", file=upload())
    drawing(monkeypatch, {1: RenderedPage(100_000, 10, 14, {10: b"page"})})
    draw_printed_pages()
    assert "100000쪽입니다. 200쪽까지" in issue().error


def test_a_page_at_which_the_process_dies_is_given_up(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(DESK, published_on="2026-11-30", file=upload())
    drawing(monkeypatch, {2: KeyboardInterrupt()})
    for _death in range(printing.ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            draw_printed_pages()
    draw_printed_pages()
    assert printing.missing_pages(issue()) == [2]
    assert issue().done_at


def test_a_full_disk_is_not_the_pages_fault(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(DESK, published_on="2026-11-30", file=upload())
    drawing(monkeypatch, {1: OSError("no space left on device")})
    for _attempt in range(printing.ATTEMPTS + 1):
        with pytest.raises(OSError, match="no space"):
            draw_printed_pages()
    drawing(monkeypatch, {})
    draw_printed_pages()
    assert issue().done_at
    assert printing.missing_pages(issue()) == []


def test_a_file_that_is_replaced_while_it_is_drawn(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(DESK, published_on="2026-11-30", file=upload())
    task = printing.begin_page()
    assert task
    db.session.commit()
    desk.send(f"{DESK}/{task.issue_id}", published_on="2026-11-30", file=upload(pdfs.pdf(1)))
    printing.finish_page(task, RenderedPage(6, 10, 14, {10: b"of the file before"}))
    db.session.commit()
    assert issue().pages == []


def test_one_run_takes_no_longer_than_its_time(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(DESK, published_on="2026-11-30", file=upload())
    drawing(monkeypatch, {})
    monkeypatch.setattr(job, "SECONDS", 0)
    draw_printed_pages()
    assert issue().page_count == 0


def test_the_article_page_asks_nothing_more(client: Any, make_issue: Any, post: Post) -> None:
    make_issue()
    assert 'href="/papers"' in client.get(f"/posts/{post.id}").text
