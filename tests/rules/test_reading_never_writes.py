"""A GET changes nothing in the news, whoever asks; and a guest who reads gets no cookie."""

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
def onlooker(app: Flask, filled: Paper) -> Iterator[sqlite3.Connection]:
    """A connection of its own, which sees when another has written."""
    with closing(sqlite3.connect(app.config["SETTINGS"].data / "maeul.db")) as connection:
        yield connection


def version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA data_version").fetchone()[0]


@pytest.mark.parametrize("who", ["guest", "alice", "editor"])
def test_no_get_writes(
    app: Flask, client: Any, onlooker: sqlite3.Connection, request: pytest.FixtureRequest, who: str
) -> None:
    if who != "guest":
        client.log_in(request.getfixturevalue(who))
    wrong = []
    for path in small_paper.readable(app):
        for method in (client.get, client.head):
            before = version(onlooker)
            answer = method(path)
            if answer.status_code >= 500:
                wrong.append(f"{path} answers {answer.status_code}")
            if version(onlooker) != before:
                wrong.append(f"{path} writes")
    assert not wrong


def test_the_onlooker_sees_writes(client: Any, onlooker: sqlite3.Connection, alice: Member) -> None:
    before = version(onlooker)
    client.log_in(alice)
    assert version(onlooker) != before


@pytest.mark.parametrize("path", small_paper.READING)
def test_guests_who_read_get_no_cookie(client: Any, filled: Paper, path: str) -> None:
    for method in (client.get, client.head):
        answer = method(path)
        assert answer.status_code < 500
        assert "Set-Cookie" not in answer.headers
