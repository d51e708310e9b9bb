"""Acknowledged comments survive SIGINT and SIGKILL of the server."""

import signal
from pathlib import Path

from http_person import Person
from paper_server import start, stop
from test_http_journey import join, log_in


def test_restart_loses_nothing(tmp_path: Path, somebody: str) -> None:
    data = tmp_path / "data"
    server = start(data)
    password, written = server.password, []
    neighbour = Person(server.url)
    assert join(neighbour, server, somebody).status == 200
    try:
        for how in (signal.SIGINT, signal.SIGKILL):
            written.append(f"{how.name} 다음에도 남는 댓글")
            page = neighbour.get("/posts/1")
            form = page.form("body", "idempotency_key")
            assert neighbour.fill(page, form, body=written[-1]).status == 200
            stop(server, how)
            server = start(data)
            assert "비밀번호" not in server.output
            words = Person(server.url).get("/posts/1").words
            assert all(comment in words for comment in written)
            neighbour = Person(server.url)
            assert log_in(neighbour, "editor", password).status == 200
    finally:
        stop(server)
