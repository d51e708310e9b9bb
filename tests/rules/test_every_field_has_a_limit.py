"""Whatever is typed into a field: no error of ours, and nothing longer than its column is stored."""

import re
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
import small_paper
from flask import Flask
from sqlalchemy import String, Text, func, select

from database import Model, db
from models import Member, Paper, Section, now

VALUES = ("가" * 201, "\x00\u202e역방향\u200f\u200b<b>{{7*7}}\r\nBcc: x@example.com", "9" * 400)
# They end the login, take time for a password, or are the writing page, which has tests of its own.
SKIPPED = re.compile(
    "/logout|/login|/me/(password|leaving|logins|email|two-step)|/desk/(posts|working-copies)"
)
MORE = {
    "bob": ("/posts/1?comment=1",),
    "editor": ("/desk/members/1", "/desk/blocks", "/desk/blocks/origins/new?comment=1"),
}


def forms(page: str) -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """Of each form that is posted: its address, the fields as they are, and the names of those to type in."""
    for form in html5lib.parse(page, namespaceHTMLElements=False).iter("form"):
        fields: dict[str, str] = {}
        typed: list[str] = []
        for one in (node for node in form.iter() if node.get("name") and node.get("name") != "csrf_token"):
            name, kind = one.get("name", ""), one.get("type", "")
            if one.tag == "select":
                fields[name] = next((option.get("value", "") for option in one.iter("option")), "")
            elif kind != "radio" or one.get("checked") is not None or name not in fields:
                fields[name] = (one.text if one.tag == "textarea" else one.get("value")) or ""
            if one.tag == "textarea" or (one.tag == "input" and kind not in ("radio", "checkbox", "file")):
                fields[name] = fields[name] or "느티 나무"
                typed.append(name)
        if form.get("method", "").lower() == "post":
            yield form.get("action", ""), fields, typed


def too_long() -> list[str]:
    """Columns with a value that is longer than they are."""
    db.session.rollback()
    found = []
    for mapper in Model.registry.mappers:
        columns = [
            column
            for column in mapper.columns
            if isinstance(column.type, String) and not isinstance(column.type, Text) and column.type.length
        ]
        if columns:
            lengths = select(*(func.max(func.length(column)) for column in columns)).select_from(mapper)
            row = db.session.execute(lengths).one()
            found += [
                str(c) for c, length in zip(columns, row, strict=True) if length and length > c.type.length
            ]
    return found


@pytest.mark.parametrize("who", ["bob", "editor"])
def test_fields(
    app: Flask,
    client: Any,
    paper: Paper,
    section: Section,
    alice: Member,
    request: pytest.FixtureRequest,
    who: str,
) -> None:
    member = request.getfixturevalue(who)
    small_paper.fill(paper, section, alice)
    member.email_confirmed_at = now()
    db.session.commit()
    client.log_in(member)
    seen = set()
    for page in (*small_paper.readable(app), *MORE[who]):
        for action, fields, typed in forms(client.get(page).data.decode(errors="replace")):
            shape = (re.sub("[0-9]+", "1", action), *sorted(fields))
            if shape in seen or not action or SKIPPED.match(action):
                continue
            seen.add(shape)
            for name in typed:
                for value in VALUES:
                    app.extensions["rates"].storage.reset()
                    answer = client.send(action, **fields | {name: value})
                    assert answer.status_code < 500, (action, name, value)
            assert too_long() == [], action
    assert len(seen) > 12
