"""The inbox: letters, claims, requests to stop showing something, and reports, in one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from database import db
from domain.desk import claim_replies
from domain.desk.models import Claim
from domain.moderation import hold_words, report_words
from domain.moderation.models import Hold, Report
from domain.neighbours.models import Tip
from lib.web.paging import LARGEST_ID, Key
from models import Comment, Refused

PAGE = 30
MOST_OPEN = 100  # of each kind
NOTE_LENGTH = 2000
KINDS = {
    "letters": _l("Tips and inquiries"),
    "claims": _l("Claims"),
    "holds": _l("Temporary measures"),
    "reports": _l("Reports"),
}
_TABLES: dict[str, Any] = {"letters": Tip, "claims": Claim, "holds": Hold, "reports": Report}


@dataclass(frozen=True)
class InboxLine:
    """One thing that has come."""

    kind: str  # one of KINDS
    id: int
    label: str
    title: str
    state: str
    is_open: bool
    note: str
    received_at: datetime
    due_at: datetime | None = None

    @property
    def path(self) -> str:
        """Its page at the desk."""
        return "/desk/reports" if self.kind == "reports" else f"/desk/{self.kind}/{self.id}"


def open_lines(kind: str = "") -> list[InboxLine]:
    """What nobody is done with: what has a period first, by its end; then the newest.

    :param kind: one of KINDS; empty: all
    """
    lines = []
    for name in _kinds(kind):
        table = _TABLES[name]
        is_open = table.done_at if table is Tip else table.closed_at
        query = _query(name).where(is_open.is_(None)).order_by(table.id.desc()).limit(MOST_OPEN)
        lines += _lines(name, query)
    return sorted(lines, key=lambda line: (line.due_at is None, line.due_at or 0, -_seconds(line)))


def page(kind: str = "", after: Key | None = None) -> tuple[list[InboxLine], Key | None]:
    """Everything, newest first: a page, and the key of the next one (None: there is none)."""
    lines: list[InboxLine] = []
    for name in _kinds(kind):
        table, received = _TABLES[name], _received(name)
        query = _query(name).order_by(received.desc(), table.id.desc()).limit(PAGE + 1)
        lines += _lines(name, query.where(received < after.moment) if after else query)
    found = sorted(lines, key=lambda line: line.received_at, reverse=True)
    end = min(PAGE, len(found))
    while 0 < end < len(found) and found[end].received_at == found[end - 1].received_at:
        end += 1  # what came at one moment is not divided
    return found[:end], Key(found[end - 1].received_at, found[end - 1].id) if end < len(found) else None


def set_note(kind: str, id: int, note: str) -> None:
    """Write the editor's own note on one of them.

    :raises Refused: there is none (404)
    """
    table = _TABLES.get(kind)
    row = db.session.get(table, id) if table and 0 < id <= LARGEST_ID else None
    if row is None:
        raise Refused(_("This is no longer in the inbox."), 404)
    row.note = note


def state_name(state: str) -> str:
    """The state of a letter, of a claim or of a report."""
    known = {
        "new": _("new"), "taken-up": _("in work"), "done": _("done"),
        "talking": _("being agreed on"), "accepted": _("accepted, not printed yet"),
        "refused": _("refused"), "withdrawn": _("withdrawn"), "published": _("printed"),
    }  # fmt: skip
    return known[state]


def _kinds(kind: str) -> Sequence[str]:
    return [kind] if kind else list(KINDS)


def _received(kind: str) -> Any:
    table = _TABLES[kind]
    return table.received_at if kind in ("claims", "holds") else table.created_at


def _query(kind: str) -> Any:
    related = {
        "claims": [joinedload(Claim.post)],
        "holds": [joinedload(Hold.post), joinedload(Hold.comment).joinedload(Comment.post)],
        "reports": [joinedload(Report.post), joinedload(Report.comment).joinedload(Comment.post)],
    }
    return select(_TABLES[kind]).options(*related.get(kind, []))


def _lines(kind: str, query: Any) -> list[InboxLine]:
    return [_line(kind, row) for row in db.session.scalars(query)]


def _line(kind: str, row: Any) -> InboxLine:
    made = {"letters": _letter, "claims": _claim, "holds": _hold, "reports": _report}[kind](row)
    label, title, state, is_open, due_at = made
    received_at = getattr(row, _received(kind).key)
    return InboxLine(kind, row.id, label, title, state, is_open, row.note, received_at, due_at)


_Parts = tuple[str, str, str, bool, datetime | None]


def _letter(row: Tip) -> _Parts:
    label = _("Tip") if row.kind == "news" else _("Advertising")
    return label, row.title, state_name(row.state), not row.done_at, None


def _claim(row: Claim) -> _Parts:
    title = row.post.title if row.post and row.post.title else row.article
    return claim_replies.kind(row), title, state_name(row.state), not row.closed_at, row.due_at


def _hold(row: Hold) -> _Parts:
    label = f"{_('Temporary measure')} · {hold_words.kind(row.kind)}"
    return label, _target(row) or row.target, hold_words.state(row.state), not row.closed_at, row.due_at


def _report(row: Report) -> _Parts:
    label = f"{_('Report')} · {report_words.reason(row.reason)}"
    state = report_words.outcome(row.outcome) if row.closed_at else state_name("new")
    return label, _target(row), state, not row.closed_at, None


def _target(row: Hold | Report) -> str:
    """What a row is about, without the words that may violate a right; empty: it was deleted for good."""
    if row.comment:
        return _("Comment on “%(title)s”", title=row.comment.post.title)
    return row.post.title if row.post else ""


def _seconds(line: InboxLine) -> float:
    return line.received_at.timestamp()
