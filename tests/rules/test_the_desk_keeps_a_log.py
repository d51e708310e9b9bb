"""Every act at the desk that changes something leaves a line in the log of activity."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import small_paper
import time_machine
from desk_acts import EXAMPLES, EXCEPTIONS
from flask import Flask
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException

from database import db
from domain.desk.models import WorkingCopy
from domain.keeping import activity
from domain.keeping.models import ActivityEntry
from domain.mail.models import Mail
from domain.moderation.models import CommentOrigin
from domain.paper.models import ImprintChange
from models import Member, Paper, Section, now


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2026, 12, 5, 3, tzinfo=UTC)) as traveller:
        yield traveller


@pytest.fixture
def desk(client: Any, paper: Paper, section: Section, alice: Member, editor: Member) -> Any:
    """The editor in a small paper, with what some of the examples need."""
    small_paper.fill(paper, section, alice)
    lost = {"content": {"subject": "답글", "paragraphs": ["본문"]}, "failed_at": now(), "due_at": None}
    db.session.add_all(
        [
            WorkingCopy(form_key="key", fields=[["title", "쓰다 만 글"]], title="쓰다 만 글"),
            CommentOrigin(comment_id=1, sender="sender"),
            ImprintChange(item="name", before="옛신문", after="시험신문", due_on=date(2026, 12, 30)),
            Mail(event="c", address="reader@example.com", **lost),
        ]
    )
    db.session.commit()
    return client.log_in(editor)


def endpoint(app: Flask, path: str) -> str:
    try:
        return app.url_map.bind("localhost").match(path, "POST")[0]  # type: ignore[return-value]
    except HTTPException:
        return f"{path} is no route"


def test_every_act_of_the_desk_is_an_example_or_an_exception(app: Flask) -> None:
    acts = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk") and "POST" in (rule.methods or ())
    }
    examples = {endpoint(app, path) for path, _fields in EXAMPLES}
    assert not examples & set(EXCEPTIONS)
    assert acts == examples | set(EXCEPTIONS)


def test_every_successful_act_leaves_a_line(desk: Any, editor: Member) -> None:
    wrong, logged = [], 0
    for path, fields in EXAMPLES:
        answer = desk.send(
            path, **{name: value() if callable(value) else value for name, value in fields.items()}
        )
        entries = db.session.scalar(select(func.count()).select_from(ActivityEntry)) or 0
        newest = activity.newest(entries + 1)[0][0] if entries else None
        if answer.status_code >= 400:
            wrong.append(f"{path} answers {answer.status_code}: the example is wrong")
        elif entries != logged + 1:
            wrong.append(f"{path} leaves {entries - logged} lines")
        elif newest and newest.actor_id != editor.id:
            wrong.append(f"{path} does not say who")
        logged = entries
    assert not wrong, "\n".join(wrong)


def test_no_page_of_the_desk_changes_the_log(app: Flask) -> None:
    assert {
        tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk/activity")
    } <= {("GET",)}
