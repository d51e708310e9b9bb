"""A GET changes nothing in the news, for any reader; and a guest who reads gets no cookie."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import small_paper
from flask import Flask

from lib.sqlite.driver import sqlite3
from models import Member, Paper, Section


@pytest.fixture
def filled(paper: Paper, section: Section, alice: Member) -> Paper:
    small_paper.fill(paper, section, alice)
    return paper


@pytest.fixture
def observer(app: Flask, filled: Paper) -> Iterator[sqlite3.Connection]:
    """A separate connection: its data_version changes when another connection has written."""
    with closing(sqlite3.connect(app.config["SETTINGS"].data / "maeul.db")) as connection:
        yield connection


def version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA data_version").fetchone()[0]


@pytest.mark.parametrize("who", ["guest", "alice", "editor"])
def test_no_get_writes(
    app: Flask, client: Any, observer: sqlite3.Connection, request: pytest.FixtureRequest, who: str
) -> None:
    if who != "guest":
        client.log_in(request.getfixturevalue(who))
    wrong = []
    for path in small_paper.readable(app):
        for method in (client.get, client.head):
            before = version(observer)
            response = method(path)
            if response.status_code >= 500:
                wrong.append(f"{path} answers {response.status_code}")
            if version(observer) != before:
                wrong.append(f"{path} writes")
    assert not wrong


def test_the_observer_notices_writes(client: Any, observer: sqlite3.Connection, alice: Member) -> None:
    before = version(observer)
    client.log_in(alice)
    assert version(observer) != before


@pytest.mark.parametrize("path", small_paper.READING)
def test_guests_who_read_get_no_cookie(client: Any, filled: Paper, path: str) -> None:
    for method in (client.get, client.head):
        response = method(path)
        assert response.status_code < 500
        assert "Set-Cookie" not in response.headers
