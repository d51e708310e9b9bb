"""Requests that come again are answered in short."""

import io

import pytest

from lib.repeats import AGAIN, LONGEST, Repeats


class Application:
    """Answers with how often it was asked; its answer to the same request may be given for it until `until` is over."""

    def __init__(self, headers=(), status="200 OK"):
        self.asked, self.headers, self.status, self.again = 0, [("Content-Type", "text/plain"), *headers], status, b"again"

    def __call__(self, environ, start_response):
        self.asked += 1
        self.body = environ["wsgi.input"].read()
        environ[AGAIN] = lambda: self.again
        start_response(self.status, [*self.headers, ("Content-Length", "5")])
        return [b"whole"]


def send(wsgi, body=b"a=1", path="/beat", method="POST", **environ):
    said = []
    environ = {
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "REMOTE_ADDR": "10.0.0.1",
        "HTTP_USER_AGENT": "one",
        **environ,
    }
    answer = b"".join(wsgi(environ, lambda *told: said.extend(told)))
    return answer, dict(said[1])


def repeats(application):
    return Repeats(application, "/beat", ("session",))


def test_the_same_request_is_answered_in_short_with_the_same_headers():
    application = Application([("Cache-Control", "no-store")])
    wsgi = repeats(application)
    assert send(wsgi)[0] == b"whole"
    assert application.body == b"a=1"
    application.again = b"longer than before"
    answer, headers = send(wsgi)
    assert (answer, application.asked) == (b"longer than before", 1)
    assert headers == {"Content-Type": "text/plain", "Cache-Control": "no-store", "Content-Length": "18"}


def test_what_cannot_be_answered_in_short_is_asked_with_its_body():
    application = Application()
    wsgi = repeats(application)
    send(wsgi)
    application.again = None
    assert send(wsgi)[0] == b"whole"
    assert (application.asked, application.body) == (2, b"a=1")


@pytest.mark.parametrize(
    "other",
    [
        {"body": b"a=2"},
        {"REMOTE_ADDR": "10.0.0.2"},
        {"HTTP_USER_AGENT": "two"},
        {"HTTP_SEC_PURPOSE": "prefetch"},
        {"QUERY_STRING": "x"},
        {"CONTENT_TYPE": "text/plain"},
    ],
)
def test_another_request_is_another(other):
    application = Application()
    wsgi = repeats(application)
    send(wsgi)
    send(wsgi, **other)
    assert application.asked == 2


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/other"},
        {"method": "GET"},
        {"HTTP_COOKIE": "a=1; session=2"},
        {"body": b"a" * (LONGEST + 1)},
        {"CONTENT_LENGTH": ""},
        {"CONTENT_LENGTH": "-1"},
    ],
)
def test_what_is_not_looked_at_always_goes_on(other):
    application = Application()
    wsgi = repeats(application)
    send(wsgi, **other)
    send(wsgi, **other)
    assert application.asked == 2


@pytest.mark.parametrize("application", [Application([("Set-Cookie", "a=1")]), Application(status="413 Too Large")])
def test_an_answer_of_ones_own_or_a_refusal_is_not_given_again(application):
    wsgi = repeats(application)
    send(wsgi)
    send(wsgi)
    assert application.asked == 2


def test_only_so_many_are_known(monkeypatch):
    monkeypatch.setattr("lib.repeats.MOST", 10)
    wsgi = repeats(Application())
    for number in range(25):
        send(wsgi, f"a={number}".encode())
    assert len(wsgi.known) <= 10
