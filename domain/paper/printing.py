"""Issues of the printed paper (지면): a PDF each, whose pages a regular job turns into pictures."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import func, select

from database import db
from domain.paper.models import PrintIssue, PrintPage
from lib.files import pdf_pages
from lib.files.pdf_pages import Failed, RenderedPage
from lib.files.store import Store
from models import Refused, now

MOST_PAGES = 200
ATTEMPTS = 2  # at one page
MOST_MISSING = 3  # pages of an issue without a picture
HEAD = 1024  # bytes in which "%PDF-" has to stand


@dataclass(frozen=True)
class PdfFile:
    """A stored PDF: the hash of its content, and its size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class PageTask:
    """A page whose picture is to be made."""

    issue_id: int
    digest: str  # of the PDF
    number: int


def take(store: Store, stream: BinaryIO, megabytes: int) -> PdfFile:
    """Store a PDF. Whether it can be read shows when its pages are drawn. Hold no lock meanwhile.

    :raises Refused: it is larger than so many MB (413), or no PDF
    """
    if b"%PDF-" not in stream.read(HEAD):
        raise Refused(_("This is not a PDF file."))
    stream.seek(0)
    try:
        return PdfFile(*store.take(stream, megabytes * 1_000_000))
    except ValueError:
        raise Refused(_("This file is larger than %(n)s MB.", n=megabytes), 413) from None


def add(published_on: date, title: str, file: PdfFile) -> PrintIssue:
    """Add an issue. Its pages are drawn soon."""
    issue = PrintIssue(published_on=published_on, title=title, digest=file.digest, size=file.size)
    db.session.add(issue)
    db.session.flush()
    return issue


def replace(issue: PrintIssue, file: PdfFile) -> None:
    """Give an issue another file, also the same one again, whose pages are drawn soon."""
    issue.digest, issue.size = file.digest, file.size
    issue.page_count = issue.attempts = 0
    issue.error, issue.failed_at, issue.done_at = "", None, None
    issue.pages.clear()


def is_waiting() -> bool:
    """Whether a page is to be drawn."""
    return db.session.scalar(_waiting().with_only_columns(PrintIssue.id)) is not None


def begin_page() -> PageTask | None:
    """Return the next page of the oldest issue that waits, None if none does.

    Commit before it is drawn: a page at which the process died so often is given up.
    """
    while issue := db.session.scalar(_waiting()):
        drawn = select(func.count()).select_from(PrintPage).where(PrintPage.issue_id == issue.id)
        number = db.session.scalars(drawn).one() + 1
        if issue.attempts < ATTEMPTS:
            issue.attempts += 1
            return PageTask(issue.id, issue.digest, number)
        _add_page(issue, PrintPage(issue_id=issue.id, number=number, digest=""))
        db.session.flush()
    return None


def draw(store: Store, task: PageTask) -> RenderedPage | Failed:
    """Draw a page, which takes seconds: in no transaction. An OSError tells of a full disk."""
    try:
        page = pdf_pages.render(store.path(task.digest), task.number, PrintPage.WIDTHS, PrintPage.TALLEST)
    except Failed as failed:
        return failed
    digest = _digest(page)
    for width, content in page.webp.items():
        store.put(f"{digest}-{width}.webp", content)
    return page


def finish_page(task: PageTask, result: RenderedPage | Failed) -> None:
    """Record a page that was drawn, or why it was not. Nothing happens if the file is another one by now."""
    issue = db.session.get(PrintIssue, task.issue_id)
    if issue is None or issue.digest != task.digest or issue.failed_at:
        return
    if isinstance(result, Failed):
        if result.reason != "page":
            _fail(issue, _reason(result))
    elif result.pages > MOST_PAGES:
        _fail(issue, _("This PDF has %(n)s pages, %(most)s are the most.", n=result.pages, most=MOST_PAGES))
    else:
        issue.page_count = result.pages
        page = PrintPage(issue_id=issue.id, number=task.number, digest=_digest(result))
        page.width, page.height = result.width, result.height
        _add_page(issue, page)


def release_page(task: PageTask) -> None:
    """It was not the page's fault: it is tried again as if for the first time."""
    if issue := db.session.get(PrintIssue, task.issue_id):
        issue.attempts = 0


def missing_pages(issue: PrintIssue) -> list[int]:
    """The numbers of the pages that could not be drawn."""
    return [page.number for page in issue.pages if not page.digest]


def _add_page(issue: PrintIssue, page: PrintPage) -> None:
    issue.pages.append(page)
    issue.attempts = 0
    missing = missing_pages(issue)
    if missing and (page.number == 1 or len(missing) > MOST_MISSING):
        numbers = ", ".join(map(str, missing))
        _fail(
            issue, _("These pages are too large or too complicated to be drawn: %(numbers)s", numbers=numbers)
        )
    elif page.number >= issue.page_count:
        issue.done_at = now()


def _fail(issue: PrintIssue, sentence: str) -> None:
    issue.failed_at, issue.error = now(), sentence[:200]


def _reason(failed: Failed) -> str:
    if failed.reason == "locked":
        return _("This PDF is protected by a password. Please save it without one and send it again.")
    return _("This PDF cannot be read: it is broken, or no PDF at all.")


def _waiting() -> Any:
    is_waiting = PrintIssue.failed_at.is_(None), PrintIssue.done_at.is_(None)
    return select(PrintIssue).where(*is_waiting).order_by(PrintIssue.id).limit(1)


def _digest(page: RenderedPage) -> str:
    return hashlib.sha256(page.webp[page.width]).hexdigest()
