"""A few at a time, and nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.turns import Turns


class Application:
    """Holds every request until it is let go; knows how many were in it at once."""

    def __init__(self):
        self.go, self.came, self.lock = threading.Event(), threading.Semaphore(0), threading.Lock()
        self.inside = self.most = 0

    def __call__(self, environ, start_response):
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.came.release()
        self.go.wait(10)
        with self.lock:
            self.inside -= 1
        if environ.get("fails"):
            raise RuntimeError
        return [b"done"]


def ask(wsgi, method="GET", **environ):
    return wsgi({"REQUEST_METHOD": method, **environ}, None)


def test_no_more_than_so_many_at_once_and_all_of_them_in_the_end():
    application = Application()
    wsgi = Turns(application, most=2)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask, wsgi) for _ in range(8)]
        assert application.came.acquire(timeout=5)
        assert application.came.acquire(timeout=5)
        application.go.set()
        assert [answer.result() for answer in answers] == [[b"done"]] * 8
    assert application.most == 2


def test_what_changes_something_does_not_wait():
    application = Application()
    wsgi = Turns(application, most=1)
    with ThreadPoolExecutor(3) as pool:
        for method in ("GET", "POST", "POST"):
            pool.submit(ask, wsgi, method)
        for _ in range(3):
            assert application.came.acquire(timeout=5)
        application.go.set()
    assert application.most == 3


def test_who_has_waited_long_goes_on_and_gives_no_place_back(monkeypatch):
    monkeypatch.setattr("lib.turns.LONGEST_WAIT", 0.01)
    application = Application()
    wsgi = Turns(application, most=1)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            pool.submit(ask, wsgi)
            assert application.came.acquire(timeout=5)
        application.go.set()
    assert wsgi.places.acquire(blocking=False)
    assert not wsgi.places.acquire(blocking=False)


def test_a_mistake_gives_its_place_back():
    application = Application()
    application.go.set()
    wsgi = Turns(application, most=1)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            ask(wsgi, fails=True)
    assert application.most == 1
