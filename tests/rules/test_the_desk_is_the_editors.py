"""Every route of the desk refuses a guest (302 to the login, or 401) and a member (403)."""

from typing import Any

import pytest
import small_paper
from flask import Flask

from models import Member, Paper, Section

SAFE = {"GET", "HEAD", "OPTIONS"}


def addresses(app: Flask) -> list[tuple[str, str]]:
    """(method, address) of every rule of the desk."""
    found = [
        (method, small_paper.somewhere(rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert len(found) > 15
    return found


@pytest.fixture
def filled(paper: Paper, section: Section, alice: Member) -> Paper:
    small_paper.fill(paper, section, alice)
    return paper


def test_every_rule_of_a_desk_blueprint_is_under_desk(app: Flask) -> None:
    assert not [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("desk") and not rule.rule.startswith("/desk")
    ]


def test_guests_are_asked_to_log_in(app: Flask, client: Any, filled: Paper) -> None:
    wrong = []
    for method, path in addresses(app):
        answer = client.get(path) if method in SAFE else client.send(path)
        refused = (
            answer.status_code == 302 and answer.location.startswith("/login?next=")
            if method in SAFE
            else answer.status_code == 401
        )
        if not refused:
            wrong.append(f"{method} {path}: {answer.status_code}")
    assert not wrong


def test_members_are_refused(app: Flask, client: Any, filled: Paper, alice: Member) -> None:
    client.log_in(alice)
    wrong = []
    for method, path in addresses(app):
        status = (client.get(path) if method in SAFE else client.send(path)).status_code
        if status != 403:
            wrong.append(f"{method} {path}: {status}")
    assert not wrong
