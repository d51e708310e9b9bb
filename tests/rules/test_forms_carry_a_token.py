"""Every POST without a CSRF token is refused, but the counter's beat, which changes nobody's words."""

from typing import Any

import pytest
import small_paper
from flask import Flask

from models import Member, Paper, Section

WITHOUT_TOKEN = {"visitors.beat"}
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.mark.parametrize("who", ["guest", "alice", "editor"])
def test_no_token_no_change(
    app: Flask, client: Any, paper: Paper, section: Section, alice: Member, request: pytest.FixtureRequest, who: str
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


def test_forms_change_things_by_post_only(app: Flask) -> None:
    assert not [rule for rule in app.url_map.iter_rules() if CHANGING & (rule.methods or set()) - {"POST"}]
