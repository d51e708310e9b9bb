"""One after another, in the order they came, and nobody waits for one that takes long."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.turns import Turns


class Application:
    """Holds every request until it is let go; knows how many were in it at once, and in which order they came."""

    def __init__(self):
        self.go, self.came, self.lock = threading.Event(), threading.Semaphore(0), threading.Lock()
        self.inside = self.most = 0
        self.order = []

    def __call__(self, environ, start_response):
        with self.lock:
            self.order.append(environ.get("name"))
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.came.release()
        self.go.wait(10)
        with self.lock:
            self.inside -= 1
        if environ.get("fails"):
            raise RuntimeError(environ.get("name"))
        start_response("200 OK", [("X-Name", str(environ.get("name")))])
        return [b"done"]


class Crowd:
    """Requests that wait for their turn, each known to wait before the next one comes."""

    def __init__(self, wsgi, pool):
        self.wsgi, self.pool = wsgi, pool

    def ask(self, name, **environ):
        waiting = len(self.wsgi.waiting)
        answer = self.pool.submit(ask, self.wsgi, name=name, **environ)
        while len(self.wsgi.waiting) == waiting and not answer.done():
            pass
        return answer


@pytest.fixture
def application():
    held = Application()
    yield held
    held.go.set()


@pytest.fixture
def patient(monkeypatch):
    """However slow this machine is, nobody is too slow."""
    monkeypatch.setattr("lib.turns.PATIENCE", 60)


def ask(wsgi, method="GET", **environ):
    said = []
    body = wsgi({"REQUEST_METHOD": method, **environ}, lambda *answer: said.append(answer))
    return said, body


def test_one_at_a_time_in_the_order_they_came_each_with_its_own_answer(application, patient):
    wsgi = Turns(application)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(ask, wsgi, name=0)
        assert application.came.acquire(timeout=5)
        crowd = Crowd(wsgi, pool)
        answers = [first, *(crowd.ask(name) for name in range(1, 6))]
        application.go.set()
        for name, answer in enumerate(answers):
            assert answer.result(5) == ([("200 OK", [("X-Name", str(name))])], [b"done"])
    assert application.order == [0, 1, 2, 3, 4, 5]
    assert application.most == 1


def test_whoever_comes_alone_is_answered_where_it_asks():
    threads = []

    def application(environ, start_response):
        threads.append(threading.current_thread())
        return []

    wsgi = Turns(application)
    for method in ("GET", "HEAD"):
        ask(wsgi, method)
    assert threads == [threading.current_thread()] * 2


def test_what_changes_something_does_not_wait(application, patient):
    wsgi = Turns(application)
    with ThreadPoolExecutor(3) as pool:
        for method in ("GET", "POST", "POST"):
            pool.submit(ask, wsgi, method)
        for _ in range(3):
            assert application.came.acquire(timeout=5)
        application.go.set()
    assert application.most == 3


def test_one_that_takes_long_keeps_nobody_waiting_and_the_next_comes_in_alone_again(application, monkeypatch):
    monkeypatch.setattr("lib.turns.PATIENCE", 0.01)
    wsgi = Turns(application)
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(ask, wsgi) for _ in range(3)]
        for _ in answers:
            assert application.came.acquire(timeout=5)  # though none has been let go
        application.go.set()
        for answer in answers:
            answer.result(5)
    wsgi.makers.shutdown()
    assert wsgi.place is None


def test_a_mistake_reaches_the_one_who_asked_and_the_others_go_on(application, patient):
    wsgi = Turns(application)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(ask, wsgi, name=0, fails=True)
        assert application.came.acquire(timeout=5)
        crowd = Crowd(wsgi, pool)
        second, third, last = crowd.ask(1), crowd.ask(2, fails=True), crowd.ask(3)
        application.go.set()
        for broken, name in ((first, "0"), (third, "2")):
            with pytest.raises(RuntimeError, match=name):
                broken.result(5)
        for whole in (second, last):
            assert whole.result(5)[1] == [b"done"]
    with pytest.raises(RuntimeError):
        ask(wsgi, fails=True)
    assert ask(wsgi)[1] == [b"done"]
