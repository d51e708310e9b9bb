"""One line for each request: what is written, and what never is."""

import io
import logging
from typing import Any

import pytest

from lib.web import request_log
from lib.web.request_log import RequestLog


def ask(middleware: Any, path: str = "/posts/5", **environ: str) -> dict[str, str]:
    """Send a request through the middleware. Returns the headers of its response."""
    answers: list[Any] = []
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "REMOTE_ADDR": "192.0.2.7", "QUERY_STRING": "q=비밀"}
    list(middleware(asked | environ | {"wsgi.input": io.BytesIO()}, lambda *answer: answers.append(answer)))
    middleware.flush()
    return dict(answers[0][1])


def answer(_environ: Any, start: Any) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "maeul.requests")
    return caplog


def test_a_line_tells_what_was_asked_and_carries_the_number_of_the_response(log: Any) -> None:
    number = ask(RequestLog(answer))["X-Request-Id"]
    (line,) = log.messages
    _day, _clock, method, path, status, _taken, unit, written = line.split()
    assert (method, path, status, unit, written) == ("GET", "/posts/5", "200", "ms", number)
    assert "192.0.2.7" not in line


def test_addresses_are_written_only_where_they_are_asked_for(log: Any) -> None:
    ask(RequestLog(answer, with_addresses=True))
    assert log.messages[0].endswith(" 192.0.2.7")


def test_without_lines_requests_are_numbered_all_the_same(log: Any) -> None:
    assert len(ask(RequestLog(answer, is_on=False))["X-Request-Id"]) == 8
    assert log.messages == []


@pytest.mark.parametrize("path", ["/visitors/beat", "/visitors/pixel.gif"])
def test_beats_are_left_out_unless_they_fail_or_are_slow(
    log: Any, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    ask(RequestLog(answer), path)
    assert log.messages == []
    ask(RequestLog(lambda _environ, start: [start("503 Busy", []), b""][1:]), path)
    assert " 503 " in log.messages[0]
    monkeypatch.setattr(request_log, "SLOW", 0.0)
    ask(RequestLog(answer), path)
    assert log.messages[1].endswith(" slow")


def test_the_number_that_a_client_sends_is_not_taken(log: Any) -> None:
    assert ask(RequestLog(answer), HTTP_X_REQUEST_ID="forged\n")["X-Request-Id"] not in ("forged\n", "")
    assert "forged" not in log.messages[0]


def test_slow_requests_are_marked(log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "SLOW", 0.0)
    ask(RequestLog(answer))
    assert log.messages[0].endswith(" slow")


def test_a_request_that_fails_has_a_line_too(log: Any) -> None:
    def fail(_environ: Any, _start: Any) -> list[bytes]:
        raise RuntimeError

    middleware = RequestLog(fail)
    with pytest.raises(RuntimeError):
        ask(middleware)
    middleware.flush()
    assert " 500 " in log.messages[0]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/posts/5", "/posts/5"),
        ("/claims/20261130-7KQ2M9XD", "/claims/..."),
        ("/password/reset/kX3vQ9-aB_7dE2fG4hJ6kL8mN0pQ2rS4tU6vW8xY0z1", "/password/reset/..."),
        ("/mail/unsubscribe/IjEi.aBcDeF.ghIJklMNopQRstUVwxYZ012345", "/mail/unsubscribe/..."),
        (f"/media/{'a1' * 32}-480.webp", f"/media/{'a1' * 32}-480.webp"),
        ("/sections/a-long-name-of-a-section-2026", "/sections/a-long-name-of-a-section-2026"),
        ("/tags/산책".encode().decode("latin-1"), "/tags/%EC%82%B0%EC%B1%85"),
        ("/a\nGET /forged 200", "/a%0AGET%20/forged%20200"),
        ("/" + "x" * 5000, "/" + "x" * (request_log.LONGEST_PATH - 1)),
    ],
)
def test_a_path_is_one_word_without_secrets(path: str, shown: str) -> None:
    assert request_log.written(path) == shown
