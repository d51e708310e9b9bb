"""Acknowledged comments survive SIGINT and SIGKILL of the server."""

import signal
from pathlib import Path

import pytest
from http_person import Person
from paper_server import start, stop
from test_http_journey import join, log_in


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_restart_loses_nothing(tmp_path: Path, somebody: str, how: signal.Signals) -> None:
    data = tmp_path / "data"
    first = start(data)
    neighbour = Person(first.url)
    assert join(neighbour, first, somebody).status == 200
    page = neighbour.get("/posts/1")
    assert (
        neighbour.fill(page, page.form("body", "idempotency_key"), body="다시 켜도 남는 댓글").status == 200
    )
    stop(first, how)

    second = start(data)
    try:
        assert "비밀번호" not in second.output
        assert "다시 켜도 남는 댓글" in Person(second.url).get("/posts/1").words
        assert log_in(Person(second.url), "editor", first.password).status == 200
    finally:
        stop(second)
