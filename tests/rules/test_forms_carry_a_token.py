"""Every POST without a valid CSRF token is refused, except the beat of the counter and signed addresses."""

from typing import Any

import pytest
import small_paper
from flask import Flask

from models import Member, Paper, Section

WITHOUT_TOKEN = {"visitors.beat", "banners.count", "mail.stop"}
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.mark.parametrize("who", ["guest", "alice", "editor"])
def test_missing_or_invalid_token_is_refused(
    app: Flask,
    client: Any,
    paper: Paper,
    section: Section,
    alice: Member,
    request: pytest.FixtureRequest,
    who: str,
) -> None:
    small_paper.fill(paper, section, alice)
    if who != "guest":
        client.log_in(request.getfixturevalue(who))
    wrong = []
    for rule in app.url_map.iter_rules():
        for method in CHANGING & (rule.methods or set()):
            if rule.endpoint in WITHOUT_TOKEN:
                continue
            path = small_paper.somewhere(rule)
            for fields in ({}, {"csrf_token": "invented"}):
                status = client.open(path, method=method, data=fields).status_code
                if status != 400:
                    wrong.append(f"{method} {path}: {status}")
    assert not wrong


def test_post_is_the_only_method_that_changes_anything(app: Flask) -> None:
    assert not [rule for rule in app.url_map.iter_rules() if CHANGING & (rule.methods or set()) - {"POST"}]


def test_json_is_refused(
    app: Flask, client: Any, paper: Paper, section: Section, alice: Member, editor: Member
) -> None:
    small_paper.fill(paper, section, alice)
    client.log_in(editor)
    wrong = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and rule.endpoint not in WITHOUT_TOKEN:
            status = client.post(
                small_paper.somewhere(rule), json={"title": 1, "username": [], "body": None}
            ).status_code
            if status != 415:
                wrong.append(f"{rule}: {status}")
    assert not wrong
